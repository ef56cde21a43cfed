#include "program/value.hpp"

#include "program/stop.hpp"

namespace sheaf::program {

void Object::release() {
  if (--references_ == 0) heap_->bury(*this);
}

bool Value::counted() const {
  switch (type_) {
    case Type::unset:
    case Type::none:
    case Type::boolean:
    case Type::integer:
    case Type::real:
    case Type::builtin:
      return false;
    default:
      return true;
  }
}

void Value::copy(const Value& other) {
  if (other.counted()) {
    object_ = other.object_;
    object_->retain();
  } else if (type_ == Type::real) {
    real_ = other.real_;
  } else if (type_ == Type::builtin) {
    builtin_ = other.builtin_;
  } else {
    integer_ = other.integer_;
  }
}

void Value::take(Value& other) noexcept {
  if (other.counted()) {
    object_ = other.object_;
    other.type_ = Type::unset;
  } else {
    copy(other);
  }
}

void Value::swap(Value& other) noexcept {
  Value held;
  held.type_ = other.type_;
  held.take(other);
  other.type_ = type_;
  other.take(*this);
  type_ = held.type_;
  take(held);
}

bool Value::same(const Value& other) const {
  if (type_ != other.type_) return false;
  if (counted()) return object_ == other.object_;
  if (type_ == Type::real) return real_ == other.real_;
  if (type_ == Type::builtin) return builtin_ == other.builtin_;
  return integer_ == other.integer_;
}

void Heap::expect(std::size_t bytes) const {
  if (bytes > static_cast<std::size_t>(limit_) ||
      used_ + static_cast<std::int64_t>(bytes) > limit_) {
    throw Stopped{FailureKind::memory,
                  "its values need more than " + std::to_string(limit_) + " bytes"};
  }
}

void Heap::recount(Object& object, std::size_t bytes) {
  used_ += static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(object.bytes_);
  object.bytes_ = bytes;
  expect(0);
}

void Heap::adopt(Object& object, std::size_t bytes) {
  object.heap_ = this;
  object.bytes_ = bytes;
  used_ += static_cast<std::int64_t>(bytes);
  object.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &object;
  first_ = &object;
}

void Heap::unlink(Object& object) {
  (object.previous_ != nullptr ? object.previous_->next_ : first_) = object.next_;
  if (object.next_ != nullptr) object.next_->previous_ = object.previous_;
  object.previous_ = nullptr;
}

// An object that goes may be the last to hold another; a long chain of them must not recurse.
void Heap::bury(Object& object) {
  unlink(object);
  used_ -= static_cast<std::int64_t>(object.bytes_);
  object.next_ = dead_;
  dead_ = &object;
  if (burying_) return;
  burying_ = true;
  while (dead_ != nullptr) {
    auto* next = std::exchange(dead_, dead_->next_);
    delete next;
  }
  burying_ = false;
}

Heap::~Heap() {
  for (auto* object = first_; object != nullptr; object = object->next_) object->retain();
  for (auto* object = first_; object != nullptr; object = object->next_) object->clear();
  while (first_ != nullptr) {
    auto* object = std::exchange(first_, first_->next_);
    delete object;
  }
}

}  // namespace sheaf::program
