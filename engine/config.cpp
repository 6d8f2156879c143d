#include "engine/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>

#include "engine/text.h"

namespace tavolo::engine {
namespace {

struct Node;
using List = std::vector<Node>;
using Entries = std::map<std::string, Node, std::less<>>;

/// A date or a time. No column takes one; the text is kept for messages and for `Config::text`.
struct Date {
  std::string text;
};

/// A value of a file, and where it stands. toml++ forgets the place of what is copied.
struct Node {
  Place place;
  std::variant<bool, std::int64_t, double, std::string, Date, List, Entries> value;
};

constexpr std::string_view kInclude = "include", kId = "id";
constexpr int kDeepestNesting = 64;
constexpr std::size_t kLongestIncludeChain = 64;

const Entries* section_of(const Node& node) { return std::get_if<Entries>(&node.value); }

/// Rows: a list of tables. The loader leaves no list that is only partly one.
bool has_rows(const Node& node) {
  const auto* list = std::get_if<List>(&node.value);
  return list != nullptr && !list->empty() && section_of(list->front()) != nullptr;
}

bool holds_a_table(const Node& node) {
  const auto* list = std::get_if<List>(&node.value);
  return list != nullptr && std::any_of(list->begin(), list->end(), section_of);
}

bool is_empty_list(const Node& node) {
  const auto* list = std::get_if<List>(&node.value);
  return list != nullptr && list->empty();
}

/// "" for a row without a proper id.
std::string_view id_of(const Node& row) {
  const auto& entries = std::get<Entries>(row.value);
  const auto found = entries.find(kId);
  const auto* text =
      found == entries.end() ? nullptr : std::get_if<std::string>(&found->second.value);
  return text == nullptr ? std::string_view{} : *text;
}

// ------------------------------------------------------------------------------------ TOML written

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_word_character);
}

std::string key_text(std::string_view key) {
  return is_word(key) ? std::string{key} : in_quotes(key);
}

std::string toml_text(const Node& node);

struct TomlWriter {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    std::string text = number_text(value);
    if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
  }
  std::string operator()(const std::string& value) const { return in_quotes(value); }
  std::string operator()(const Date& value) const { return value.text; }
  std::string operator()(const List& list) const {
    std::string text;
    for (const auto& item : list) text += (text.empty() ? "" : ", ") + toml_text(item);
    return "[" + text + "]";
  }
  std::string operator()(const Entries& entries) const {
    std::string text;
    const auto add = [&](std::string_view key, const Node& value) {
      text += (text.empty() ? " " : ", ") + key_text(key) + " = " + toml_text(value);
    };
    const auto id = entries.find(kId);
    if (id != entries.end()) add(kId, id->second);
    for (const auto& [key, value] : entries)
      if (key != kId) add(key, value);
    return text.empty() ? "{}" : "{" + text + " }";
  }
};

/// The value as it can stand to the right of a '='.
std::string toml_text(const Node& node) { return std::visit(TomlWriter{}, node.value); }

// ------------------------------------------------------------------------------------ for messages

/// At most some sixty bytes of text, never half a character of UTF-8.
std::string shortened(std::string text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return text;
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string shown(const Node& node) { return shortened(toml_text(node)); }
std::string shown_key(std::string_view key) { return shortened(key_text(key)); }

/// "a number", to be read after "is".
std::string_view kind_of(const Node& node) {
  constexpr std::array<std::string_view, 7> kKinds{
      "true or false", "a number", "a number", "text", "a date", "a list", "a table of values"};
  return kKinds[node.value.index()];
}

/// What a reader may be asked for twice is told once.
void add_once(Problems& problems, const InputError& error) {
  const auto& told = problems.messages();
  if (std::find(told.begin(), told.end(), error.what()) == told.end()) problems.add(error);
}

// --------------------------------------------------------------------------------------- TOML read

/// Why a text cannot be used, and in which line of it.
struct Refusal {
  int line = 0;
  std::string problem, reason, remedy;
};

/// Just behind the string that begins with the quotation mark at `begin`.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  const char mark = text[begin];
  const std::string triple(3, mark);
  const bool lines = text.substr(begin, 3) == triple;
  std::size_t i = begin + (lines ? 3 : 1);
  while (i < text.size()) {
    if (mark == '"' && text[i] == '\\') {
      i += 2;
    } else if (lines && text.substr(i, 3) == triple) {
      i += 3;  // two more marks may belong to the content: """a"""""
      for (int extra = 0; extra < 2 && i < text.size() && text[i] == mark; ++extra) ++i;
      return i;
    } else if (!lines && (text[i] == mark || text[i] == '\n')) {
      return text[i] == mark ? i + 1 : i;
    } else {
      ++i;
    }
  }
  return text.size();
}

/// The first line whose values are nested too deeply for recursive functions, or 0. toml++ limits
/// brackets but not the dots of a key, and its destructor would overflow the stack.
int line_of_deep_nesting(std::string_view text) {
  std::vector<int> dots{0};  // of the key under way, and of those whose value is still open
  int line = 1, depth = 0;   // depth: brackets and dots together
  const auto forget_dots = [&] {
    depth -= dots.back();
    dots.back() = 0;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '\n':
        ++line;
        if (dots.size() == 1) forget_dots();
        break;
      case '#':
        i = std::min(text.find('\n', i), text.size()) - 1;
        break;
      case '"':
      case '\'': {
        const auto end = end_of_string(text, i);
        const auto string = text.substr(i, end - i);
        line += static_cast<int>(std::count(string.begin(), string.end(), '\n'));
        i = end - 1;
        break;
      }
      case '.':
        ++dots.back();
        ++depth;
        break;
      case ',':
        forget_dots();
        break;
      case '[':
      case '{':
        dots.push_back(0);
        ++depth;
        break;
      case ']':
      case '}':
        if (dots.size() > 1) {
          forget_dots();
          dots.pop_back();
          --depth;
        }
        break;
      default:
        break;
    }
    if (depth > kDeepestNesting) return line;
  }
  return 0;
}

std::variant<toml::table, Refusal> parse_toml(std::string_view text) {
  if (const auto end = end_of_utf8(text); end != text.size()) {
    const auto before = text.substr(0, end);
    return Refusal{1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
                   "this is not text in UTF-8.", "A configuration is a TOML file, which is text.",
                   "Save the file as UTF-8, or name another."};
  }
  if (const int line = line_of_deep_nesting(text); line != 0)
    return Refusal{line,
                   "values are nested more than " + std::to_string(kDeepestNesting) + " deep.",
                   "No table of a configuration is deeper than a row with a map.",
                   "Close the brackets and shorten the key."};
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Refusal{static_cast<int>(error.source().begin.line),
                   "this is not TOML: " + shortened(std::string{error.description()}) + ".",
                   "A configuration is a TOML file (https://toml.io).",
                   "Correct the line: text stands in quotation marks, commas between items."};
  }
}

/// Copies values of toml++ with their places.
class Importer {
 public:
  explicit Importer(std::string file, bool has_lines = true)
      : file_{std::move(file)}, has_lines_{has_lines} {}

  Node node(const toml::node& source) const {
    Node result{place(source.source()), false};
    source.visit([&](const auto& value) {
      using Value = std::remove_cvref_t<decltype(value)>;
      if constexpr (toml::is_table<Value>) {
        result.value = entries(value);
      } else if constexpr (toml::is_array<Value>) {
        List list;
        list.reserve(value.size());
        for (const auto& item : value) list.push_back(node(item));
        result.value = std::move(list);
      } else if constexpr (toml::is_boolean<Value> || toml::is_number<Value> ||
                           toml::is_string<Value>) {
        result.value = value.get();
      } else {
        std::ostringstream text;
        text << value;
        result.value = Date{text.str()};
      }
    });
    return result;
  }

  /// The place of an entry is that of its key: its value may begin on a later line.
  Entries entries(const toml::table& table) const {
    Entries result;
    for (const auto& [key, value] : table) {
      Node entry = node(value);
      entry.place = place(key.source());
      result.emplace(std::string{key.str()}, std::move(entry));
    }
    return result;
  }

 private:
  Place place(const toml::source_region& region) const {
    return {file_, has_lines_ ? static_cast<int>(region.begin.line) : 0};
  }

  std::string file_;
  bool has_lines_;
};

// ------------------------------------------------------------------------------- files and merging

/// Reads files in the order of their includes and merges them into one tree.
class Loader {
 public:
  Loader(Entries& tree, Problems& problems) : tree_{tree}, problems_{problems} {}

  void load_file(const std::string& path) {
    auto text = read_file(path);
    if (const auto* why = std::get_if<1>(&text))
      problems_.add({path, 0}, "the file " + *why + ".",
                    "A configuration is a TOML file with the files that it includes.",
                    "Check the path.");
    else
      load_text(std::get<0>(text), path);
  }

  void load_text(std::string_view text, const std::string& file) {
    const auto parsed = parse_toml(text);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
      problems_.add({file, refusal->line}, refusal->problem, refusal->reason, refusal->remedy);
      return;
    }
    Entries entries = Importer{file}.entries(std::get<toml::table>(parsed));
    if (const auto include = entries.find(kInclude); include != entries.end()) {
      chain_.push_back({file, identity(file)});
      load_includes(include->second);
      chain_.pop_back();
      entries.erase(include);
    }
    for (auto& [name, node] : entries) {
      if (holds_a_table(node)) check_rows(name, std::get<List>(node.value));
      merge(name, std::move(node));
    }
  }

 private:
  struct File {
    std::string name, identity;
  };

  /// The same for every way to write a file's path.
  static std::string identity(const std::string& path) {
    std::error_code error;
    const auto canonical = std::filesystem::weakly_canonical(path, error);
    return error ? path : canonical.string();
  }

  void load_includes(const Node& include) {
    const auto* list = std::get_if<List>(&include.value);
    if (list == nullptr) {
      problems_.add(include.place, "include = " + shown(include) + " is not a list of files.",
                    "It names the files that are read before this one.",
                    "Write include = [\"first.toml\", \"second.toml\"].");
      return;
    }
    for (const auto& item : *list) {
      if (const auto* name = std::get_if<std::string>(&item.value))
        load_include(*name, item.place);
      else
        problems_.add(item.place, "include names " + shown(item) + ", which is no file.",
                      "Files are named by text, relative to this one.",
                      "Put the name in quotation marks.");
    }
  }

  void load_include(const std::string& name, const Place& place) {
    const auto directory = std::filesystem::path{chain_.back().name}.parent_path();
    const std::string path = (directory / name).lexically_normal().string();
    const std::string id = identity(path);
    const auto open = std::find_if(chain_.begin(), chain_.end(),
                                   [&](const File& file) { return file.identity == id; });
    if (open != chain_.end()) {
      std::string circle;
      for (auto file = open; file != chain_.end(); ++file) circle += file->name + " -> ";
      problems_.add(place, "include runs in a circle: " + circle + open->name + ".",
                    "A file is read after those that it includes.",
                    "Remove one of these includes.");
      return;
    }
    if (chain_.size() >= kLongestIncludeChain) {
      problems_.add(
          place,
          "includes are nested more than " + std::to_string(kLongestIncludeChain) + " files deep.",
          "Nobody could follow where a value comes from.", "Include the files from one.");
      return;
    }
    // Twice would undo what a file in between has changed.
    if (!included_.insert(id).second) return;
    auto text = read_file(path);
    if (const auto* why = std::get_if<1>(&text))
      problems_.add(place, "the included file " + path + " " + *why + ".",
                    "Names are relative to the file that includes.", "Check the name.");
    else
      load_text(std::get<0>(text), path);
  }

  /// Leaves nothing but tables; tells what is wrong with them.
  void check_rows(const std::string& table, List& list) {
    std::map<std::string_view, const Place*> places;
    for (const auto& row : list) {
      if (section_of(row) == nullptr) {
        problems_.add(row.place,
                      shown_key(table) + " has a row " + shown(row) + ", which is " +
                          std::string{kind_of(row)} + ".",
                      "A row is a table of values with an id.", "Write it as { id = \"…\", … }.");
        continue;
      }
      const auto& entries = std::get<Entries>(row.value);
      const auto id = entries.find(kId);
      if (id == entries.end()) {
        problems_.add(row.place, "a row of " + shown_key(table) + " has no id.",
                      "Other rows, files and --set refer to a row by its id.",
                      "Add id = \"…\" to the row.");
        continue;
      }
      if (!is_word(id_of(row))) {
        problems_.add(id->second.place, "id = " + shown(id->second) + " is not an id.",
                      "An id is text of letters, digits, '-' and '_', so that it can stand in a "
                      "path.",
                      "Write it like id = \"north-1\".");
        continue;
      }
      const auto [other, is_first] = places.emplace(id_of(row), &row.place);
      if (!is_first)
        problems_.add(row.place,
                      "id = " + shown(id->second) + " stands twice in " + shown_key(table) +
                          ", in lines " + std::to_string(other->second->line) + " and " +
                          std::to_string(row.place.line) + ".",
                      "Rows of one id are merged from different files only.",
                      "Remove one of the two, or rename it.");
    }
    std::erase_if(list, [](const Node& node) { return section_of(node) == nullptr; });
  }

  void merge(const std::string& name, Node&& node) {
    const auto [found, is_new] = tree_.try_emplace(name);
    Node& mine = found->second;
    if (is_new) {
      mine = std::move(node);
    } else if (!agree(mine, node)) {
      problems_.add(node.place,
                    shown_key(name) + " is " + std::string{shape(node)} + ", but " +
                        std::string{shape(mine)} + " in " + mine.place.text() + ".",
                    "Files that are read together are merged name by name.",
                    "Rename one of the two.");
    } else if (auto* entries = std::get_if<Entries>(&mine.value); entries && section_of(node)) {
      merge_entries(*entries, std::get<Entries>(node.value));
    } else if (has_rows(mine)) {
      merge_rows(std::get<List>(mine.value), std::get<List>(node.value));
    } else {
      mine = std::move(node);
    }
  }

  static std::string_view shape(const Node& node) {
    return section_of(node) ? "a section" : has_rows(node) ? "a table of rows" : "a single value";
  }

  /// An empty list may be a list of values or a table without rows.
  static bool agree(const Node& a, const Node& b) {
    const bool sections = section_of(a) || section_of(b);
    return shape(a) == shape(b) || (!sections && (is_empty_list(a) || is_empty_list(b)));
  }

  static void merge_entries(Entries& into, Entries& from) {
    for (auto& [key, value] : from) into.insert_or_assign(key, std::move(value));
  }

  static void merge_rows(List& into, List& from) {
    std::map<std::string, std::size_t, std::less<>> index;
    for (std::size_t i = 0; i < into.size(); ++i) index.emplace(id_of(into[i]), i);
    for (auto& row : from) {
      const auto found = index.find(id_of(row));
      if (found == index.end() || !is_word(found->first))
        into.push_back(std::move(row));
      else
        merge_entries(std::get<Entries>(into[found->second].value), std::get<Entries>(row.value));
    }
  }

  Entries& tree_;
  Problems& problems_;
  std::vector<File> chain_;         ///< the files under way, from the first to the innermost
  std::set<std::string> included_;  ///< identities
};

// --------------------------------------------------------------------------------------- overrides

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts{""};
  for (const char c : path)
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

/// One change to the tree, or the one problem that it has.
class Change {
 public:
  Change(const Override& change, Problems& problems)
      : change_{change},
        place_{"--set " + change.path + "=" + shortened(change.value), 0},
        problems_{problems} {}

  void apply(Entries& tree) const {
    constexpr std::size_t kLongestPath = 4;  // table.id.key.subkey
    const auto parts = split_path(change_.path);
    if (std::find(parts.begin(), parts.end(), "") != parts.end() || parts.size() > kLongestPath ||
        end_of_utf8(change_.path) != change_.path.size()) {
      refuse(in_quotes(shortened(change_.path)) + " is not a path to a value.",
             "A path is key, section.key or table.id.key; a map's value has one more part.",
             "Write it like towns.north.people=3.");
      return;
    }
    if (parts.front() == kInclude) {
      refuse("include cannot be set.", "The files are already read.",
             "Write a file that includes them.");
      return;
    }
    if (auto value = parse_value()) set(tree, parts, std::move(*value));
  }

 private:
  void refuse(std::string_view problem, std::string_view reason, std::string_view remedy) const {
    problems_.add(place_, problem, reason, remedy);
  }

  /// What is not TOML but words, as in policy=no_intervention, is text.
  std::optional<Node> parse_value() const {
    std::string_view text = change_.value;
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    auto parsed = parse_toml("value = " + std::string{text});
    if (const auto* table = std::get_if<toml::table>(&parsed); table && table->size() == 1)
      return Importer{place_.file, false}.node(*table->get("value"));
    const bool words = is_word_character(text.empty() ? ' ' : text.front()) &&
                       std::all_of(text.begin(), text.end(),
                                   [](char c) { return c == ' ' || is_word_character(c); });
    if (words) return Node{place_, std::string{text}};
    const auto* refusal = std::get_if<Refusal>(&parsed);
    refuse(text.empty() ? "there is no value."
           : refusal    ? "the value is refused: " + refusal->problem
                        : "the value is more than one.",
           "A value is written as in a file: 3, 0.5, true, \"text\", [1, 2].",
           "Put text in quotation marks, and all of it in others for the shell: --set "
           "'path=\"text\"'.");
    return std::nullopt;
  }

  void set(Entries& tree, const std::vector<std::string>& parts, Node value) const {
    Entries* entries = &tree;
    std::size_t next = 0;
    std::string path = shown_key(parts.front());
    if (const auto top = tree.find(parts.front()); top != tree.end()) {
      const bool rows = has_rows(top->second) || (is_empty_list(top->second) && parts.size() > 2);
      if ((rows && parts.size() < 3) || (parts.size() == 1 && section_of(top->second))) {
        refuse(path + (rows ? " is a table of rows." : " is a section."),
               "A change sets one value.",
               rows ? "Write " + path + ".id.key=value." : "Write " + path + ".key=value.");
        return;
      }
      if (rows) {
        entries = row(std::get<List>(top->second.value), parts);
        if (entries == nullptr) return;
        path += "." + parts[1];
        next = 2;
      }
    }
    if (parts.size() == 1 && (section_of(value) || holds_a_table(value))) {
      refuse(path + " = " + shown(value) + " is more than one value.", "A change sets one value.",
             "Set its values one by one, or include a file.");
      return;
    }
    if (next == 2 && parts[2] == kId) {
      refuse("the id of a row cannot be set.", "Other rows refer to it.", "Change it in the file.");
      return;
    }
    for (; next + 1 < parts.size(); ++next) {
      const auto [entry, is_new] = entries->try_emplace(parts[next], Node{place_, Entries{}});
      if (next > 0) path += "." + shown_key(parts[next]);
      entries = std::get_if<Entries>(&entry->second.value);
      if (entries == nullptr) {
        refuse(path + " = " + shown(entry->second) + " has no keys.",
               "Only sections, rows and maps have keys.", "Set it whole: " + path + "=value.");
        return;
      }
    }
    entries->insert_or_assign(parts.back(), std::move(value));
  }

  Entries* row(List& rows, const std::vector<std::string>& parts) const {
    std::vector<std::string_view> ids;
    for (auto& row : rows) {
      if (id_of(row) == parts[1]) return &std::get<Entries>(row.value);
      ids.push_back(id_of(row));
    }
    refuse(shown_key(parts[0]) + " has no row " + in_quotes(shortened(parts[1])) + ".",
           "A change is to a row that exists.", suggestion(parts[1], ids));
    return nullptr;
  }

  const Override& change_;
  Place place_;
  Problems& problems_;
};

// --------------------------------------------------------------------------------- checked reading

/// ", from 0 to 1", ", 0 or more" …
std::string range_text(const Range& range) {
  const bool low = std::isfinite(range.low), high = std::isfinite(range.high);
  if (low && high) return ", from " + number_text(range.low) + " to " + number_text(range.high);
  if (low) return ", " + number_text(range.low) + " or more";
  if (high) return ", at most " + number_text(range.high);
  return "";
}

/// A value that a column is read from.
class Cell {
 public:
  Cell(std::string name, const Node& node, const Config::Column& column, Problems& problems)
      : name_{std::move(name)}, node_{node}, column_{column}, problems_{problems} {}

  void read(double& target) const {
    const auto* whole = std::get_if<std::int64_t>(&node_.value);
    const auto* decimal = std::get_if<double>(&node_.value);
    if (whole == nullptr && decimal == nullptr)
      return refuse_kind("a number", unquoted("a number"));
    const double value = whole ? static_cast<double>(*whole) : *decimal;
    if (!std::isfinite(value))
      return refuse("is not a finite number.", meaning("a number"), "Write a finite number.");
    check(value, column_.range, "a number");
    target = value;
  }

  void read(int& target) const {
    constexpr std::string_view kNoun = "a whole number";
    if (const auto* decimal = std::get_if<double>(&node_.value)) {
      const bool whole = std::abs(*decimal) < 1e9 && *decimal == std::trunc(*decimal);
      return refuse("is not a whole number.", meaning(kNoun),
                    whole ? "Write " + name_ + " = " + std::to_string(static_cast<int>(*decimal)) +
                                ", without a decimal point."
                          : std::string{"Write it without a decimal point."});
    }
    const auto* value = std::get_if<std::int64_t>(&node_.value);
    if (value == nullptr) return refuse_kind(kNoun, unquoted(kNoun));
    using Limits = std::numeric_limits<int>;
    const Range range{std::max<double>(column_.range.low, Limits::min()),
                      std::min<double>(column_.range.high, Limits::max())};
    check(static_cast<double>(*value), range, kNoun);
    if (*value >= Limits::min() && *value <= Limits::max()) target = static_cast<int>(*value);
  }

  void read(bool& target) const {
    if (const auto* value = std::get_if<bool>(&node_.value))
      target = *value;
    else
      refuse_kind("true or false", "Write " + name_ + " = true or " + name_ + " = false.");
  }

  void read(std::string& target) const {
    if (const auto* number = std::get_if<std::int64_t>(&node_.value);
        number != nullptr && column_.unit == kIdentifier) {
      target = std::to_string(*number);
      return;
    }
    const auto* value = text();
    if (value == nullptr) return;
    const auto& words = column_.one_of;
    if (!words.empty() && std::find(words.begin(), words.end(), *value) == words.end()) {
      std::string accepted;
      for (const auto word : words) accepted += (accepted.empty() ? "" : ", ") + in_quotes(word);
      const std::string near = nearest(*value, words);
      refuse("is not a word that is accepted.", "It is one of " + accepted + ".",
             near.empty() ? "Use one of these." : "Did you mean " + in_quotes(near) + "?");
    }
    target = *value;
  }

  void read(Month& target) const {
    constexpr std::string_view kReason = "A month is a year with a number from 01 to 12.";
    constexpr std::string_view kExample = "2024-03";
    const auto example = [&](std::string_view month) {
      return "Write it as " + name_ + " = \"" + std::string{month} + "\".";
    };
    if (const auto* date = std::get_if<Date>(&node_.value)) {
      const auto year_and_month = std::string_view{date->text}.substr(0, kExample.size());
      return refuse(
          "is a date, not a month.", kReason,
          example(year_and_month.find(':') == std::string_view::npos ? year_and_month : kExample));
    }
    const auto* value = std::get_if<std::string>(&node_.value);
    if (value == nullptr) return refuse_kind("a month", example(kExample));
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool shape = value->size() == kExample.size() && (*value)[4] == '-' &&
                       std::count_if(value->begin(), value->end(), is_digit) == 6;
    const int year = shape ? std::stoi(value->substr(0, 4)) : 0;
    const int month = shape ? std::stoi(value->substr(5)) : 0;
    if (year < 1 || month < 1 || month > 12)
      return refuse("is not a month.", kReason, example(kExample));
    target = Month::of(year, month);
  }

  void read(Link& target) const {
    if (const auto* value = text()) target.id = *value;
  }

  template <class Item>
  void read(std::vector<Item>& target) const {
    const auto* list = std::get_if<List>(&node_.value);
    if (list == nullptr)
      return refuse_kind("a list", "Write it in brackets: " + name_ + " = [" +
                                       (section_of(node_) ? std::string{"…"} : shown(node_)) +
                                       "].");
    target.clear();
    target.reserve(list->size());
    for (const auto& item : *list) {
      target.emplace_back();
      Cell{"item " + std::to_string(target.size()) + " of " + name_, item, column_, problems_}.read(
          target.back());
    }
  }

  void read(std::map<std::string, double>& target) const {
    const auto* entries = section_of(node_);
    if (entries == nullptr)
      return refuse_kind("a map of numbers",
                         "Write it in braces: " + name_ + " = { 2023 = 1, 2024 = 2 }.");
    target.clear();
    for (const auto& [key, value] : *entries)
      Cell{name_ + "." + shown_key(key), value, column_, problems_}.read(target[key]);
  }

 private:
  void refuse(std::string_view problem, std::string_view reason, std::string_view remedy) const {
    problems_.add(node_.place, name_ + " = " + shown(node_) + " " + std::string{problem}, reason,
                  remedy);
  }

  void refuse_kind(std::string_view noun, std::string_view remedy) const {
    refuse("is " + std::string{kind_of(node_)} + ", not " + std::string{noun} + ".", meaning(noun),
           remedy);
  }

  /// "It is a number (EUR/year), from 0 to 100."
  std::string meaning(std::string_view noun) const {
    const bool number = noun.ends_with("number");
    std::string text = "It is " + std::string{noun};
    if (!column_.unit.empty() && column_.unit != noun.substr(noun.rfind(' ') + 1))
      text += " (" + std::string{column_.unit} + ")";
    if (!column_.table.empty()) text += ": ids of rows of " + std::string{column_.table};
    return text + (number ? range_text(column_.range) : "") + ".";
  }

  void check(double value, const Range& range, std::string_view noun) const {
    if (value < range.low)
      refuse(range.low == 0 ? "is negative." : "is below " + number_text(range.low) + ".",
             meaning(noun), "The smallest value accepted is " + number_text(range.low) + ".");
    if (value > range.high)
      refuse("is above " + number_text(range.high) + ".", meaning(noun),
             "The largest value accepted is " + number_text(range.high) + ".");
  }

  const std::string* text() const {
    const auto* value = std::get_if<std::string>(&node_.value);
    if (value == nullptr) refuse_kind("text", "Put it in quotation marks: " + name_ + " = \"…\".");
    return value;
  }

  /// The remedy for what should be a number: often it only stands in quotation marks.
  std::string unquoted(std::string_view noun) const {
    if (const auto* text = std::get_if<std::string>(&node_.value)) {
      double value = 0;
      const char* end = text->data() + text->size();
      const auto [rest, error] = std::from_chars(text->data(), end, value);
      if (error == std::errc{} && rest == end && std::isfinite(value))
        return "Leave out the quotation marks: " + name_ + " = " + *text + ".";
    }
    return "Write " + std::string{noun} + " without quotation marks or brackets.";
  }

  std::string name_;
  const Node& node_;
  const Config::Column& column_;
  Problems& problems_;
};

/// Reads the columns from the entries of `owner`: "towns \"north\"", "[demand]", "the file".
void read_entries(const Entries& entries, const Place& place, const std::string& owner,
                  std::span<const Config::Column> columns, std::span<const Config::Slot> slots,
                  Problems& problems) {
  assert(columns.size() == slots.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& column = columns[i];
    const auto found = entries.find(column.key);
    if (found != entries.end()) {
      const Cell cell{std::string{column.key}, found->second, column, problems};
      std::visit([&](auto* target) { cell.read(*target); }, slots[i]);
    } else if (column.required) {
      std::string what = column.table.empty() ? "" : ", the id of a row of ";
      what += column.table;
      if (!column.unit.empty()) what += " (" + std::string{column.unit} + ")";
      problems.add(place, owner + " has no " + std::string{column.key} + ".",
                   "It is required" + what + ": there is no default.",
                   "Add " + std::string{column.key} + " = ….");
    }
  }
}

void refuse_unknown_keys(const Entries& entries, const std::string& owner,
                         std::span<const std::string_view> known, Problems& problems) {
  for (const auto& [key, node] : entries)
    if (std::find(known.begin(), known.end(), key) == known.end())
      problems.add(node.place, shown_key(key) + " is not known in " + owner + ".",
                   "What nobody reads may be a misspelling, and would change nothing.",
                   suggestion(key, known));
}

std::vector<std::string_view> keys_of(std::span<const Config::Column> columns) {
  std::vector<std::string_view> keys;
  for (const auto& column : columns) keys.push_back(column.key);
  return keys;
}

}  // namespace

// ------------------------------------------------------------------------------------------ Config

struct Config::Tree {
  std::string file;  ///< the first: what stands in none is missing there
  Entries top;

  const Node* find(std::string_view name) const {
    const auto found = top.find(name);
    return found == top.end() ? nullptr : &found->second;
  }
};

Config::Config() : tree_{std::make_unique<Tree>()} {}
Config::~Config() = default;
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;

Config Config::load(const std::string& path, Problems& problems) {
  Config config;
  config.tree_->file = path;
  Loader{config.tree_->top, problems}.load_file(path);
  return config;
}

Config Config::parse(std::string_view text, const std::string& file_name, Problems& problems) {
  Config config;
  config.tree_->file = file_name;
  Loader{config.tree_->top, problems}.load_text(text, file_name);
  return config;
}

void Config::apply(std::span<const Override> overrides, Problems& problems) {
  for (const auto& change : overrides) Change{change, problems}.apply(tree_->top);
}

Place Config::place(std::string_view table, std::string_view id, std::string_view key) const {
  const Node* node = tree_->find(table);
  if (node == nullptr) return {tree_->file, 0};
  if (has_rows(*node)) {
    const auto& rows = std::get<List>(node->value);
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Node& r) { return !id.empty() && id_of(r) == id; });
    if (row == rows.end()) return node->place;
    node = &*row;
  }
  if (const auto* entries = section_of(*node))
    if (const auto entry = entries->find(key); entry != entries->end()) return entry->second.place;
  return node->place;
}

bool Config::has(std::string_view top_level_key) const {
  return tree_->find(top_level_key) != nullptr;
}

std::string Config::text() const {
  std::string values, tables, sections;  // in this order: a section ends with the file
  for (const auto& [name, node] : tree_->top) {
    if (const auto* entries = section_of(node)) {
      sections += "\n[" + key_text(name) + "]\n";
      for (const auto& [key, value] : *entries)
        sections += key_text(key) + " = " + toml_text(value) + "\n";
    } else if (has_rows(node)) {
      tables += "\n" + key_text(name) + " = [\n";
      for (const auto& row : std::get<List>(node.value)) tables += "  " + toml_text(row) + ",\n";
      tables += "]\n";
    } else {
      values += key_text(name) + " = " + toml_text(node) + "\n";
    }
  }
  std::string text = values + tables + sections;
  return text.starts_with('\n') ? text.substr(1) : text;
}

void Config::refuse_unknown(std::span<const std::string_view> known, Problems& problems) const {
  refuse_unknown_keys(tree_->top, "this file", known, problems);
}

std::size_t Config::rows(std::string_view table, Problems& problems) const {
  const Node* node = tree_->find(table);
  if (node == nullptr || is_empty_list(*node)) return 0;
  if (has_rows(*node)) return std::get<List>(node->value).size();
  const std::string name{table};
  add_once(problems,
           InputError{node->place,
                      name + " is " + std::string{kind_of(*node)} + ", not a table of rows.",
                      "Every row of " + name + " is a table of values with an id.",
                      "Write " + name + " = [ { id = \"…\", … }, ]."});
  return 0;
}

void Config::read_row(std::string_view table, std::size_t row, std::span<const Column> columns,
                      std::span<const Slot> slots, Problems& problems) const {
  const Node& node = std::get<List>(tree_->find(table)->value)[row];
  const auto& entries = std::get<Entries>(node.value);
  std::string owner{table};
  if (!id_of(node).empty()) owner += " " + in_quotes(shortened(std::string{id_of(node)}));

  // A missing or wrong id was told when the file was read.
  std::vector<Column> others;
  std::vector<Slot> other_slots;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].key == kId) {
      if (auto* const* id = std::get_if<std::string*>(&slots[i])) **id = id_of(node);
      continue;
    }
    others.push_back(columns[i]);
    other_slots.push_back(slots[i]);
  }
  read_entries(entries, node.place, owner, others, other_slots, problems);
  auto known = keys_of(others);
  known.push_back(kId);
  refuse_unknown_keys(entries, owner, known, problems);
}

void Config::read_section(std::string_view section, std::span<const Column> columns,
                          std::span<const Slot> slots, Problems& problems) const {
  // The top level holds the tables and sections too: refuse_unknown knows their names.
  if (section.empty())
    return read_entries(tree_->top, {tree_->file, 0}, "the file", columns, slots, problems);
  static const Entries kNothing;
  const std::string owner = "[" + std::string{section} + "]";
  const Node* node = tree_->find(section);
  if (node != nullptr && section_of(*node) == nullptr) {
    problems.add(node->place,
                 std::string{section} + " is " + std::string{kind_of(*node)} + ", not a section.",
                 "A section holds single values, each with its key.",
                 "Write " + owner + ", and below it key = value.");
    return;
  }
  const Entries& entries = node == nullptr ? kNothing : *section_of(*node);
  read_entries(entries, place(section), owner, columns, slots, problems);
  refuse_unknown_keys(entries, owner, keys_of(columns), problems);
}

// ----------------------------------------------------------------------------------------- nearest

namespace {

/// Fewest insertions, deletions, replacements and swaps of neighbours that make `b` from `a`
/// (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongestName = 100;
  if (word.empty() || word.size() > kLongestName) return "";
  // A third of the letters may be wrong, but not all of a short word.
  const std::size_t most = word.size() <= 3 ? 1 : std::max<std::size_t>(2, word.size() / 3);
  std::size_t smallest = most + 1;
  std::string_view best;
  for (const auto candidate : candidates) {
    if (candidate.empty() || candidate.size() > word.size() + most) continue;
    const auto distance = edit_distance(word, candidate);
    if (distance < std::min(smallest, std::max(word.size(), candidate.size()))) {
      smallest = distance;
      best = candidate;
    }
  }
  return std::string{best};
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  const std::string near = nearest(word, known);
  if (!near.empty()) return "Did you mean " + in_quotes(near) + "?";
  if (known.empty()) return "Leave it out.";
  constexpr std::size_t kShown = 12;
  std::string all;
  for (std::size_t i = 0; i < std::min(known.size(), kShown); ++i)
    all += (i > 0 ? ", " : "") + in_quotes(known[i]);
  return "Known are " + all + (known.size() > kShown ? " and others." : ".");
}

}  // namespace tavolo::engine
