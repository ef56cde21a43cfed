const TERMS = {
  "batch size": "How many rows share one prompt; written b. One row per prompt is b = 1.",
  accuracy:
    "The share of rows whose answer is the known right one. A row that failed counts as wrong.",
  "first pass":
    "What the first prompt alone gave, before anything was asked again: what the batch size did.",
  final:
    "What stands at the end, after doubtful and missing answers were asked again (repaired). " +
      "Its cost is in the bill.",
  interval:
    "A range for the accuracy on all rows of this kind: of 100 ranges made so, about 95 hold it.",
  "design effect":
    "Answers of one prompt are not independent: they tend to be right or wrong together. This " +
      "many rows tell as much as one independent row.",
  "effective rows":
    "Rows with a known answer divided by the design effect: how many independent rows would " +
      "tell as much.",
  "loss at most":
    "With 95 % confidence, accuracy falls by no more than this against one row per prompt.",
  "second run":
    "One row per prompt, run a second time: how much two equal runs differ. A model that repeats " +
      "itself word for word shows no difference.",
  significant:
    "Unlikely to be chance. What is not significant may still differ: there were too few rows " +
      "to tell.",
  p:
    "How often chance alone would show a difference this large or larger, were there none. " +
    "Small is telling.",
  "p, Holm": "The same, corrected for looking at several batch sizes at once.",
  "p, permutation": "The same, by exchanging whole batches at random.",
  "p if answers were independent":
    "McNemar's exact test. It takes each row for itself, and so promises more than it can " +
      "where answers of one prompt hang together.",
  missing: "The reply had no answer for the row.",
  doubtful:
    "The reply had an answer that could not be trusted to be this row's, or not be read. It is " +
      "asked again, never guessed.",
  repaired: "Rows whose final answer came from asking again.",
  truncated: "The reply was cut off at its cap of tokens.",
  failed: "Rows without an answer at the end. They count as wrong.",
  cached: "Input that the provider had seen shortly before and sells for less.",
  reasoning: "Output that the model thought but did not show; it is paid as output.",
  unknown: "The worst case of requests whose usage nobody told.",
  front: "The sizes than which no other is both cheaper and more accurate.",
  predicted: "By the general formula: the lengths of this task's prompts and its prices.",
  "equal lengths":
    "By the paper's formula b(K+1)/(K+b), which takes all samples and examples (K of them) for " +
      "equally long.",
  position: "The place of a row within its prompt, from 1.",
  round: "1 is a row's first prompt; one more each time that it was asked again.",
  "confusion table":
    "How often rows of each class (a line) got each answer (a column). Right answers stand on " +
      "the diagonal.",
  recall: "Of the rows of this class, the share that got it.",
  precision: "Of the rows that got this class, the share that are of it.",
  gold: "The known right answer.",
  simulated: "A program answered in place of a model. It says nothing about a real one.",
};

const COLUMN_TERMS = {
  final: "final",
  first_pass: "first pass",
  deff: "design effect",
  effective_n: "effective rows",
  final_low: "interval",
  first_pass_low: "interval",
  low: "interval",
  loss_bound: "loss at most",
  p: "p",
  p_holm: "p, Holm",
  p_permutation: "p, permutation",
  p_mcnemar: "p if answers were independent",
  cached_input: "cached",
  reasoning: "reasoning",
  unknown: "unknown",
  on_front: "front",
  tokens_predicted: "predicted",
  usd_predicted: "predicted",
  tokens_equal_length: "equal lengths",
  recall: "recall",
  precision: "precision",
  gold: "gold",
  batch_size: "batch size",
  position: "position",
  round: "round",
  doubtful: "doubtful",
  simulated: "simulated",
  noise: "second run",
};

const RATE_WORDS = {
  missing: "missing",
  doubtful: "doubtful",
  repaired: "repaired",
  truncated: "truncated",
  failed: "failed",
};
