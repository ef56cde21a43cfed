// What the batch clients of the official SDKs make of the simulated servers: one JSON object on
// standard output. bulk.mjs CASES, where CASES is JSON: {"case": "base URL", ...}. The SDKs are
// found where NODE_MODULES says, and are used as their documentation has it.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_MODULES}/`);
const OpenAI = require("openai");
const Anthropic = require("@anthropic-ai/sdk");
const urls = JSON.parse(process.argv[2]);
const rows = [1, 2, 3, 4, 5, 6];
const answers = Object.fromEntries(
  rows.map((row) => [`row-${row}`, `Queue: d\u00e9j\u00e0 vu ${row} \u{1F600}`]));

const openai = (url, more = {}) =>
  new OpenAI({ baseURL: url, apiKey: "right", timeout: 20_000, ...more });
const anthropic = (url, more = {}) =>
  new Anthropic({ baseURL: url.replace(/\/v1$/, ""), apiKey: "right", timeout: 20_000, ...more });

async function failure(call) {
  try {
    await call();
  } catch (error) {
    return { class: error.constructor.name, status: error.status ?? null };
  }
  return "no error";
}

async function settled(look) {
  for (;;) {
    const batch = await look();
    const status = batch.status ?? batch.processing_status;
    if (!["validating", "in_progress", "finalizing"].includes(status)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const same = (found) =>
  Object.keys(found).length === rows.length &&
  Object.entries(answers).every(([id, text]) => found[id] === text);

const openaiLines = (url, body) => rows.map((row) => JSON.stringify({
  custom_id: `row-${row}`, method: "POST", url, body: body(`Message: peer row ${row}`),
})).join("\n");

async function submit(client, endpoint, body, metadata) {
  const file = await client.files.create({
    file: await OpenAI.toFile(Buffer.from(openaiLines(endpoint, body)), "in.jsonl"),
    purpose: "batch",
  });
  return client.batches.create({
    input_file_id: file.id, endpoint, completion_window: "24h", metadata,
  });
}

const chat = (content) => ({ model: "any", messages: [{ role: "user", content }] });
const response = (input) => ({ model: "any", input, max_output_tokens: 100, store: false });

async function openaiJob(url, endpoint, body, text) {
  const client = openai(url);
  const made = await submit(client, endpoint, body, { run: "peer" });
  const done = await settled(() => client.batches.retrieve(made.id));
  const lines = (await (await client.files.content(done.output_file_id)).text()).trim();
  const found = {};
  for (const line of lines.split("\n").map((each) => JSON.parse(each))) {
    found[line.custom_id] = text(line.response.body);
  }
  const listed = [];
  for await (const batch of client.batches.list({ limit: 1 })) listed.push(batch.id);
  return {
    status: done.status, counts: done.request_counts, metadata: done.metadata,
    found: same(found), listed: listed.includes(made.id),
  };
}

const params = (row, more = {}) => ({
  model: "any", max_tokens: 100,
  messages: [{ role: "user", content: `Message: peer row ${row}` }], ...more,
});
const requests = (more = {}) =>
  rows.map((row) => ({ custom_id: `row-${row}`, params: params(row, more) }));

async function anthropicJob(url, options) {
  const client = anthropic(url, options);
  const made = await client.messages.batches.create({ requests: requests() });
  const done = await settled(() => client.messages.batches.retrieve(made.id));
  const found = {};
  for await (const line of await client.messages.batches.results(made.id)) {
    found[line.custom_id] = line.result.message.content[0].text;
  }
  const listed = [];
  for await (const batch of client.messages.batches.list({ limit: 1 })) listed.push(batch.id);
  await client.messages.batches.delete(made.id);
  return {
    status: done.processing_status, counts: done.request_counts, found: same(found),
    listed: listed.includes(made.id),
  };
}

const older = { apiKey: null, defaultHeaders: {
  "anthropic-version": "2023-06-01", "x-api-key": "right", authorization: null } };

const sampled = (url, version) => failure(() => anthropic(url, {
  defaultHeaders: { "anthropic-version": version } }).messages.create(params(1, { temperature: 0 })));

async function live(url) {
  const message = await anthropic(url).messages.create(params(1));
  return { text: message.content[0].text, stop: message.stop_reason };
}

const cases = {
  openai_chat: () => openaiJob(urls.plain, "/v1/chat/completions", chat,
    (body) => body.choices[0].message.content),
  openai_responses: () => openaiJob(urls.plain, "/v1/responses", response,
    (body) => body.output[0].content[0].text),
  openai_cancel: async () => {
    const client = openai(urls.slow);
    const made = await submit(client, "/v1/chat/completions", chat);
    await client.batches.cancel(made.id);
    return (await settled(() => client.batches.retrieve(made.id))).status;
  },
  openai_lost: () => failure(() => submit(openai(urls.lost, { maxRetries: 2 }),
    "/v1/chat/completions", chat)),
  responses_text: async () =>
    (await openai(urls.plain).responses.create(response("Message: peer row 1"))).output_text,
  responses_stop: () => failure(() =>
    openai(urls.plain).responses.create({ ...response("Message: peer row 1"), stop: "x" })),
  anthropic_newer: () => anthropicJob(urls.plain, {}),
  anthropic_older: () => anthropicJob(urls.plain, older),
  anthropic_wrong_key: () =>
    failure(() => anthropic(urls.plain, { apiKey: "wrong" }).messages.create(params(1))),
  anthropic_cancel: async () => {
    const client = anthropic(urls.slow);
    const made = await client.messages.batches.create({ requests: requests() });
    await client.messages.batches.cancel(made.id);
    const done = await client.messages.batches.retrieve(made.id);
    return { status: done.processing_status, canceled: done.request_counts.canceled };
  },
  anthropic_twice: () => failure(() => anthropic(urls.plain).messages.batches.create({
    requests: [requests()[0], requests()[0]] })),
  anthropic_lost: () => failure(() => anthropic(urls.lost, { maxRetries: 2 })
    .messages.batches.create({ requests: requests() })),
  anthropic_live: () => live(urls.plain),
  anthropic_sampled_newer: () => sampled(urls.plain, "2026-10-21"),
  anthropic_sampled_older: () => sampled(urls.plain, "2023-06-01"),
  anthropic_overloaded: () =>
    failure(() => anthropic(urls.overloaded, { maxRetries: 0 }).messages.create(params(1))),
};
const told = {};
for (const [name, call] of Object.entries(cases)) {
  // Each by itself, so that one case tells nothing of the others.
  told[name] = await Promise.resolve().then(call).catch(String);
}
console.log(JSON.stringify(told));
