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

const plain = await ask(urls.plain);
const models = [];
for await (const model of client(urls.plain).models.list()) models.push(model.id);
let completion = "";
const texts = await client(urls.plain).completions.create({
  model: "any", prompt: `${prompt}\nQueue:`, stream: true,
});
for await (const chunk of texts) completion += chunk.choices[0].text;

const told = {
  models,
  answer: plain.choices[0].message.content,
  finish: plain.choices[0].finish_reason,
  total: plain.usage.total_tokens,
  stream: await streamed(urls.plain, { stream_options: { include_usage: true } }),
  stream_bare: await streamed(urls.plain),
  stream_paced: await streamed(urls.paced),
  completion_stream: completion,
  400: await failure(() => ask(urls.plain, {}, "Message: a stranger")),
  401: await failure(() => ask(urls.key)),
  404: await failure(() => client(urls.plain).models.retrieve("none")),
  stream_401: await failure(() => streamed(urls.key)),
};
for (const name of ["429", "never", "500", "503", "reset", "busy", "bare"]) {
  told[name] = await failure(() => ask(urls[name]));
}
console.log(JSON.stringify(told));
