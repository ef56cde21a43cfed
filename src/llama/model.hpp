// A model of a GGUF file, in this process, by llama.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <sheaf/error.hpp>

struct llama_model;

namespace sheaf::llama {

/// Weights and vocabulary. Immutable: any number of threads may use one.
class Model {
 public:
  enum class Part { all, vocabulary };
  /// Reads the file's tables, then maps its weights, if they are wanted; llama.cpp prints nothing
  /// from then on. Every Error is one line. ErrorCode::usage: the file is missing or no regular
  /// file, no GGUF file, cut short or damaged, of an architecture that this llama.cpp does not
  /// know, without a tokenizer, or llama.cpp refuses it for another reason, which the line gives.
  /// ErrorCode::unavailable: its weights exceed the memory that is free (`memory_room`), what
  /// else it takes cannot be had, or this processor lacks instructions that llama.cpp was compiled
  /// for.
  static Expected<Model> load(const std::string& path, Part part = Part::all);

  /// For llama.cpp's own functions; this object owns it.
  llama_model* handle() const { return model_.get(); }

 private:
  struct Free {
    void operator()(llama_model* model) const noexcept;
  };
  using Handle = std::unique_ptr<llama_model, Free>;

  explicit Model(Handle model) : model_(std::move(model)) {}

  Handle model_;
};

}  // namespace sheaf::llama
