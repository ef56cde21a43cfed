#include "simulate/sample_index.hpp"

#include <algorithm>
#include <string>

namespace sheaf::simulate {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;
constexpr std::size_t first_slots = 64;

void append_text(std::string& out, std::string_view text) {
  std::size_t size = text.size();
  for (; size >= 0x80; size >>= 7) out.push_back(static_cast<char>(size | 0x80));
  out.push_back(static_cast<char>(size));
  out.append(text);
}

std::string_view take_text(const char*& at) {
  std::size_t size = 0;
  int shift = 0;
  for (;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    size |= static_cast<std::size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  const std::string_view text(at, size);
  at += size;
  return text;
}

}  // namespace

SampleIndex::Arena::Place SampleIndex::Arena::add(std::string_view bytes) {
  if (used_ + bytes.size() > room_) {
    room_ = std::max(block_size, bytes.size());
    used_ = 0;
    blocks_.push_back(std::make_unique<char[]>(room_));
  }
  const Place place{static_cast<std::uint32_t>(blocks_.size() - 1),
                    static_cast<std::uint32_t>(used_)};
  std::ranges::copy(bytes, blocks_.back().get() + used_);
  used_ += bytes.size();
  return place;
}

bool SampleIndex::add(const Fingerprint& fingerprint, const KnownSample& sample) {
  if (slots_.size() * 3 <= fingerprints_.size() * 4) grow();
  const auto slot = slot_of(fingerprint);
  std::string record;
  append_text(record, sample.id);
  if (slots_[slot] != 0) {
    const Number number = slots_[slot] - 1;
    if (at(number).id != sample.id) aliases_.emplace_back(number, arena_.add(record));
    return false;
  }
  append_text(record, sample.value);
  append_text(record, sample.voice);
  append_text(record, sample.voice_reading);
  record.push_back(static_cast<char>(sample.choices));
  record.push_back(static_cast<char>(sample.refusals));
  places_.push_back(arena_.add(record));
  fingerprints_.push_back(fingerprint);
  slots_[slot] = size();
  return true;
}

std::optional<SampleIndex::Number> SampleIndex::find(const Fingerprint& fingerprint) const {
  if (slots_.empty()) return std::nullopt;
  const auto found = slots_[slot_of(fingerprint)];
  return found == 0 ? std::nullopt : std::optional(found - 1);
}

KnownSample SampleIndex::at(Number number) const {
  const char* from = arena_.at(places_[number]);
  KnownSample sample;
  sample.id = take_text(from);
  sample.value = take_text(from);
  sample.voice = take_text(from);
  sample.voice_reading = take_text(from);
  sample.choices = static_cast<std::uint8_t>(*from++);
  sample.refusals = static_cast<std::uint8_t>(*from);
  return sample;
}

SampleIndex::Alias SampleIndex::alias(std::size_t at) const {
  const auto& [number, place] = aliases_[at];
  const char* from = arena_.at(place);
  return {number, take_text(from)};
}

std::size_t SampleIndex::slot_of(const Fingerprint& fingerprint) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = fingerprint.low & mask;
  while (slots_[slot] != 0 && fingerprints_[slots_[slot] - 1] != fingerprint) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void SampleIndex::grow() {
  slots_ = std::vector<Number>(std::max(first_slots, slots_.size() * 2));
  for (Number number = 0; number < size(); ++number) {
    slots_[slot_of(fingerprints_[number])] = number + 1;
  }
}

}  // namespace sheaf::simulate
