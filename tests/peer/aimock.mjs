// A mock that this project did not write, told to answer batch prompts: every message is answered
// under its key with the number that it carries. Prints its URL; a line on standard input asks for
// its journal, the end of input stops it. aimock.mjs FAULT, where FAULT is JSON of aimock's rates.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { LLMock } = createRequire(`${process.env.NODE_MODULES}/`)("@copilotkit/aimock");

function answer(request) {
  const asked = request.messages.at(-1).content;
  const samples = [...asked.matchAll(/^Message(\[\d+\])?: peer row (\d+)$/gm)];
  return { content: samples.map((sample) => `Queue${sample[1] ?? ""}: nonce ${sample[2]}`).join("\n") };
}

// aimock draws its faults from here: the same requests meet the same faults.
let drawn = 1;
Math.random = () => (drawn = (drawn * 48271) % 2147483647) / 2147483647;

const mock = new LLMock({ port: 0, chaos: JSON.parse(process.argv[2]) });
mock.addFixture({ match: { predicate: () => true }, response: answer });
await mock.start();
console.log(mock.url);
for await (const _ of createInterface({ input: process.stdin })) {
  const entries = mock.getRequests().map((entry) => ({
    status: entry.response.status, fault: entry.response.chaosAction ?? null,
  }));
  console.log(JSON.stringify(entries));
}
await mock.stop();
