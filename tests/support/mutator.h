#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/random.h"

namespace tavolo::test {

/// Spoils texts: bytes, bits and parts lost, doubled and exchanged, tokens of the language in the
/// wrong place. The same on every run.
class Mutator {
 public:
  Mutator(engine::Draws draws, std::span<const std::string_view> tokens)
      : draws_{draws}, tokens_{tokens} {}

  /// From 0 to `n` - 1; 0 when there is no choice.
  std::size_t below(std::size_t n) {
    return std::min(static_cast<std::size_t>(draws_.uniform() * static_cast<double>(n)),
                    n - std::min<std::size_t>(n, 1));
  }

  std::string mutant(const std::vector<std::string>& corpus) {
    std::string text = corpus[below(corpus.size())];
    for (std::size_t steps = 1 + below(4); steps > 0; --steps) step(text, corpus);
    return text;
  }

 private:
  void step(std::string& text, const std::vector<std::string>& corpus) {
    const std::size_t at = below(text.size()),
                      length = below(std::min<std::size_t>(80, text.size() - at));
    switch (below(8)) {
      case 0:  // a byte
        if (!text.empty()) text[at] = static_cast<char>(below(256));
        break;
      case 1:  // a bit
        if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 2:  // the end is lost
        text.resize(at);
        break;
      case 3:  // a part is lost
        text.erase(at, length);
        break;
      case 4:  // a part stands twice
        text.insert(below(text.size()), text.substr(at, length));
        break;
      case 5: {  // the end of another
        const auto& other = corpus[below(corpus.size())];
        text = text.substr(0, at) + other.substr(below(other.size()));
        break;
      }
      case 6:  // a token too many
        text.insert(at, tokens_[below(tokens_.size())]);
        break;
      default: {  // a token for another
        const auto old = tokens_[below(tokens_.size())];
        const auto found = text.find(old, at);
        if (found != std::string::npos)
          text.replace(found, old.size(), tokens_[below(tokens_.size())]);
        break;
      }
    }
  }

  engine::Draws draws_;
  std::span<const std::string_view> tokens_;
};

}  // namespace tavolo::test
