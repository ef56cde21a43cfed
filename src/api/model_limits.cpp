#include "api/model_limits.hpp"

namespace sheaf::api {

plan::ModelLimits model_limits(const task::Task& task) {
  plan::ModelLimits limits{
      .context = task.context_tokens, .input = {}, .output = task.max_output_tokens};
  if (task.known == nullptr) return limits;
  if (!limits.context) limits.context = task.known->context_tokens;
  if (!limits.output) limits.output = task.known->max_output_tokens;
  limits.input = task.known->max_input_tokens;
  return limits;
}

}  // namespace sheaf::api
