// Browsers refuse workers to pages that are opened as files. Search gets one that lives in a hidden
// frame instead, with the few calls that it makes; elsewhere nothing changes.
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.appendChild(frame);
      const inside = frame.contentWindow;
      inside.document.open();
      inside.document.write(
        '<script>postMessage = data => parent.postMessage(data, "*");' +
        "importScripts = (...urls) => urls.reduce((before, url) => before.then(() =>" +
        " new Promise(resolve => { const script = document.createElement('script');" +
        " script.src = url; script.onload = resolve; document.body.appendChild(script); }))," +
        " Promise.resolve());</" + 'script><body><script src="' + url + '"></' + "script></body>");
      this.loaded = new Promise(resolve => inside.addEventListener("load", resolve));
      inside.document.close();
      this.inside = inside;
      window.addEventListener("message", event => {
        if (event.source !== inside) return;
        const message = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(message);
        if (this.onmessage) this.onmessage(message);
      });
    }
    postMessage(data) {
      this.loaded.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() {}
  };
  window.Worker = window.IFrameWorker;
}
