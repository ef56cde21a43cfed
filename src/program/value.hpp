// What a program computes with. Small values stand inline; the others are objects of the run's
// heap, counted, and all freed with it, cycles too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sheaf::program {

class Heap;
struct Builtin;

enum class Type : std::uint8_t {
  unset,  ///< a variable without a value; never the value of an expression
  none,
  boolean,
  integer,  ///< fits 64 bits
  big,      ///< an integer that does not
  real,
  text,
  list,
  tuple,
  dict,
  set,
  range,
  slice,
  view,
  iterator,
  builtin,  ///< a function or type of the language; static
  function,
  method,
  error,
  module,
  environment,
};

/// Lives on one heap, which counts its references and what it holds.
class Object {
 public:
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;
  /// Lets go of all other objects.
  virtual void clear() {}

  const Type type;

 protected:
  explicit Object(Type of) : type(of) {}

 private:
  friend class Heap;
  template <typename T>
  friend class Ref;
  friend class Value;
  void retain() { ++references_; }
  void release();

  Heap* heap_ = nullptr;
  Object* previous_ = nullptr;
  Object* next_ = nullptr;
  std::size_t references_ = 0;
  std::size_t bytes_ = 0;
};

/// A counted reference.
template <typename T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) {
    if (object_ != nullptr) object_->retain();
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }
  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

class Value {
 public:
  Value() = default;
  explicit Value(bool of) : type_(Type::boolean), integer_(of ? 1 : 0) {}
  explicit Value(std::int64_t of) : type_(Type::integer), integer_(of) {}
  explicit Value(double of) : type_(Type::real), real_(of) {}
  explicit Value(const Builtin& of) : type_(Type::builtin), builtin_(&of) {}
  explicit Value(Object& of) : type_(of.type), object_(&of) { object_->retain(); }
  template <typename T>
  Value(const Ref<T>& of) : Value(static_cast<Object&>(*of)) {}
  static Value none() {
    Value value;
    value.type_ = Type::none;
    return value;
  }

  Value(const Value& other) : type_(other.type_), integer_(0) { copy(other); }
  Value(Value&& other) noexcept : type_(other.type_), integer_(0) { take(other); }
  Value& operator=(Value other) noexcept {
    swap(other);
    return *this;
  }
  ~Value() {
    if (counted()) object_->release();
  }

  Type type() const { return type_; }
  bool is(Type type) const { return type_ == type; }
  bool is_set() const { return type_ != Type::unset; }
  bool is_none() const { return type_ == Type::none; }
  /// A boolean or an integer of any length: Python's booleans are integers.
  bool is_integral() const { return is(Type::boolean) || is(Type::integer) || is(Type::big); }
  bool is_number() const { return is_integral() || is(Type::real); }
  /// Of a boolean or an integer that fits 64 bits.
  std::int64_t small() const { return integer_; }
  bool is_small() const { return is(Type::boolean) || is(Type::integer); }
  double real() const { return real_; }
  const Builtin& builtin() const { return *builtin_; }
  template <typename T>
  T& as() const {
    return static_cast<T&>(*object_);
  }
  Object* object() const { return counted() ? object_ : nullptr; }
  /// Python's `is`.
  bool same(const Value& other) const;

 private:
  bool counted() const;
  void copy(const Value& other);
  void take(Value& other) noexcept;
  void swap(Value& other) noexcept;

  Type type_ = Type::unset;
  union {
    std::int64_t integer_ = 0;
    double real_;
    const Builtin* builtin_;
    Object* object_;
  };
};

using Values = std::vector<Value>;

/// The objects of one run. What they hold is charged, and past the limit `Stopped` is thrown.
class Heap {
 public:
  explicit Heap(std::int64_t limit) : limit_(limit) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  ~Heap();

  template <typename T, typename... Arguments>
  Ref<T> make(std::size_t bytes, Arguments&&... arguments) {
    expect(bytes);
    auto* object = new T(std::forward<Arguments>(arguments)...);
    adopt(*object, bytes + sizeof(T));
    return Ref<T>(object);
  }
  /// Throws where `bytes` more would be too many: to be asked before they are allocated.
  void expect(std::size_t bytes) const;
  /// Notes that `object` holds `bytes` now, besides itself.
  void recount(Object& object, std::size_t bytes);

 private:
  friend class Object;
  void adopt(Object& object, std::size_t bytes);
  void bury(Object& object);
  void unlink(Object& object);

  std::int64_t limit_;
  std::int64_t used_ = 0;
  Object* first_ = nullptr;
  Object* dead_ = nullptr;
  bool burying_ = false;
};

}  // namespace sheaf::program
