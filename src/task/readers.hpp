// One reader for each section of the task file. Each fills its part of the task; what is wrong
// goes to the section's Problems.
#pragma once

#include <sheaf/task.hpp>

#include "task/section.hpp"
#include "task/task.hpp"

namespace sheaf::task {

/// `sample`: labels and templates. Needs task.answer.
void read_sample(const Section& top, Task& task);
/// `answer`: how an answer is asked for and read.
void read_answer(const Section& answer, const PatternCheck& check_pattern, Task& task);
/// `model`: name, provider, request parameters, headers.
void read_model(const Section& model, const TaskOverrides& overrides, Task& task);
/// `limits` and `endpoints`: addresses, key variables, what each account allows. Needs the model.
void read_accounts(const Section& top, const TaskOverrides& overrides, Task& task);
/// `price`: exact amounts per token.
void read_price(const Section& price, Task& task);
/// Of a model of this process what its file tells: its wire format, its context. It has no address,
/// no key, no rate limits but those of `overrides`, and no price but one written for it. Needs
/// model, accounts, price.
void apply_model_file(const Section& model, const Checks& checks, const TaskOverrides& overrides,
                      Task& task);
/// What the catalog knows of the model, for what the file leaves open: its price, and what is sent.
/// What the model does not take is not sent, with a warning. The file's price is one of the file's
/// model: of another one the catalog's counts, where it has one.
void apply_catalog(const Section& top, const Checks& checks, const TaskOverrides& overrides,
                   Task& task);
/// That what is sent is within the wire format's range. Needs what the catalog knows.
void check_temperature(const Section& model, const Task& task);
/// `embeddings`: the model that gives vectors, its account, its price. Needs model and price.
void read_embeddings(const Section& top, Task& task);
/// `exemplars`: a file or a list, rendered. Needs sample and answer.
void read_exemplars(const Section& top, Task& task);

/// A mapping of options as JSON ("simulated", "model.parameters"); empty when absent.
json::Object read_options(const Section& section, std::string_view key);

}  // namespace sheaf::task
