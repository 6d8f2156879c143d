#include "engine/experiment/packing.h"

#include <cstring>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace tavolo::engine {
namespace {

class Packer {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void operator()(const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(const std::string& text) { list(text); }
  template <class T>
  void operator()(const std::vector<T>& values) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      list(values);
    } else {
      (*this)(values.size());
      for (const auto& value : values) each(*this, value);
    }
  }
  std::string bytes;

 private:
  template <class List>
  void list(const List& values) {
    (*this)(values.size());
    bytes.append(reinterpret_cast<const char*>(values.data()),
                 values.size() * sizeof(typename List::value_type));
  }
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_{bytes} {}
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void operator()(T& value) { std::memcpy(&value, take(sizeof value), sizeof value); }
  void operator()(std::string& text) { list(text); }
  template <class T>
  void operator()(std::vector<T>& values) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      list(values);
    } else {
      std::size_t size = 0;
      (*this)(size);
      values.clear();
      for (std::size_t i = 0; i < size; ++i) {
        values.emplace_back();
        each(*this, values.back());
      }
    }
  }

 private:
  const char* take(std::size_t size) {
    if (size > bytes_.size()) throw std::runtime_error{"a result was cut short"};
    const char* start = bytes_.data();
    bytes_.remove_prefix(size);
    return start;
  }
  template <class List>
  void list(List& values) {
    using Value = typename List::value_type;
    std::size_t size = 0;
    (*this)(size);
    const char* start = take(size * sizeof(Value));
    values.resize(size);
    if (size > 0) std::memcpy(values.data(), start, size * sizeof(Value));
  }
  std::string_view bytes_;
};

// One list of members serves both ways; `Of` is const when packing.

template <class Pass, class Of>
requires std::is_same_v<std::remove_const_t<Of>, Event>
void each(Pass& pass, Of& event) {
  pass(event.month);
  pass(event.kind);
  pass(event.text);
}

template <class Pass, class Of>
requires std::is_same_v<std::remove_const_t<Of>, Minutes::Party>
void each(Pass& pass, Of& party) {
  pass(party.name);
  pass(party.utility);
  pass(party.reservation);
  pass(party.nash);
}

template <class Pass, class Of>
requires std::is_same_v<std::remove_const_t<Of>, Minutes::Term>
void each(Pass& pass, Of& term) {
  pass(term.issue);
  pass(term.value);
}

template <class Pass, class Of>
requires std::is_same_v<std::remove_const_t<Of>, Minutes::Move>
void each(Pass& pass, Of& move) {
  pass(move.party);
  pass(move.round);
  pass(move.utilities);
}

template <class Pass, class Of>
requires std::is_same_v<std::remove_const_t<Of>, Minutes>
void each(Pass& pass, Of& minutes) {
  pass(minutes.opened);
  pass(minutes.closed);
  pass(minutes.kind);
  pass(minutes.name);
  pass(minutes.protocol);
  pass(minutes.end);
  pass(minutes.rounds);
  pass(minutes.parties);
  pass(minutes.terms);
  pass(minutes.nash_distance);
  pass(minutes.kalai_smorodinsky_distance);
  pass(minutes.transcript);
}

template <class Pass, class Of>
requires std::is_same_v<std::remove_const_t<Of>, RunResult>
void each(Pass& pass, Of& result) {
  pass(result.point);
  pass(result.replication);
  pass(result.error);
  pass(result.wall_seconds);
  pass(result.started);
  pass(result.status);
  pass(result.digest);
  auto& record = result.record;
  pass(record.years);
  pass(record.values);
  pass(record.events);
  pass(record.fingerprint);
  pass(record.negotiations);
  pass(record.first_month);
  pass(record.monthly);
}

}  // namespace

std::string packed(const RunResult& result) {
  Packer pack;
  each(pack, result);
  return std::move(pack.bytes);
}

RunResult unpacked(std::string_view bytes) {
  RunResult result;
  Unpacker unpack{bytes};
  each(unpack, result);
  return result;
}

}  // namespace tavolo::engine
