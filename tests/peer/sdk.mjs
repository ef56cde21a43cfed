// What the openai SDK of npm makes of the simulated servers: one JSON object on standard output.
// sdk.mjs CASES, as sdk.py. The SDK is found where NODE_MODULES says.
import { createRequire } from "node:module";

const OpenAI = createRequire(`${process.env.NODE_MODULES}/`)("openai");
const prompt = "Message: peer row 1";
const urls = JSON.parse(process.argv[2]);

const client = (url) =>
  new OpenAI({ baseURL: url, apiKey: "right", timeout: 20_000 });

const ask = (url, more = {}, content = prompt) =>
  client(url).chat.completions.create({
    model: "any", messages: [{ role: "user", content }], ...more,
  });

async function failure(call) {
  try {
    await call();
  } catch (error) {
    return {
      class: error.constructor.name, status: error.status ?? null, code: error.code ?? null,
      type: error.type ?? null, request_id: Boolean(error.requestID),
    };
  }
  return "no error";
}

async function streamed(url, more = {}) {
  const chunks = [];
  for await (const chunk of await ask(url, { stream: true, ...more })) chunks.push(chunk);
  const choices = chunks.filter((chunk) => chunk.choices.length).map((chunk) => chunk.choices[0]);
  return {
    role: choices[0].delta.role,
    text: choices.map((choice) => choice.delta.content ?? "").join(""),
    finish: choices.at(-1).finish_reason,
    pieces: choices.length > 3,
    total: chunks.at(-1).usage?.total_tokens ?? null,
  };
}

async function models(url) {
  const ids = [];
  for await (const model of client(url).models.list()) ids.push(model.id);
  return ids;
}

async function completed(url) {
  let text = "";
  const chunks = await client(url).completions.create({
    model: "any", prompt: `${prompt}\nQueue:`, stream: true,
  });
  for await (const chunk of chunks) text += chunk.choices[0].text;
  return text;
}

const plain = await ask(urls.plain);
const cases = {
  models: () => models(urls.plain),
  answer: () => plain.choices[0].message.content,
  finish: () => plain.choices[0].finish_reason,
  total: () => plain.usage.total_tokens,
  stream: () => streamed(urls.plain, { stream_options: { include_usage: true } }),
  stream_bare: () => streamed(urls.plain),
  stream_paced: () => streamed(urls.paced),
  completion_stream: () => completed(urls.plain),
  400: () => failure(() => ask(urls.plain, {}, "Message: a stranger")),
  401: () => failure(() => ask(urls.key)),
  404: () => failure(() => client(urls.plain).models.retrieve("none")),
  stream_401: () => failure(() => streamed(urls.key)),
};
for (const name of ["429", "never", "500", "503", "reset", "busy", "bare"]) {
  cases[name] = () => failure(() => ask(urls[name]));
}
const told = {};
for (const [name, call] of Object.entries(cases)) {
  // Each by itself, so that one case tells nothing of the others.
  told[name] = await Promise.resolve().then(call).catch(String);
}
console.log(JSON.stringify(told));
