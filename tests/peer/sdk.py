"""What the openai SDK of PyPI makes of the simulated servers: one JSON object on standard output.

sdk.py CASES, where CASES is JSON: {"case": "base URL", ...}. sdk.mjs says the same of npm's."""
import json
import sys

import openai

PROMPT = "Message: peer row 1"


def client(url, **options):
    return openai.OpenAI(base_url=url, api_key="right", timeout=20, **options)


def ask(url, **more):
    return client(url).chat.completions.create(
        model="any", messages=[{"role": "user", "content": PROMPT}], **more)


def failure(call):
    try:
        call()
    except openai.APIError as error:
        return {"class": type(error).__name__, "status": getattr(error, "status_code", None),
                "code": error.code, "type": error.type,
                "request_id": bool(getattr(error, "request_id", None))}
    return "no error"


def streamed(url, **more):
    with client(url) as opened:
        chunks = list(opened.chat.completions.create(
            model="any", messages=[{"role": "user", "content": PROMPT}], stream=True, **more))
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    return {"role": choices[0].delta.role,
            "text": "".join(choice.delta.content or "" for choice in choices),
            "finish": choices[-1].finish_reason,
            "pieces": len(choices) > 3,
            "total": chunks[-1].usage.total_tokens if chunks[-1].usage else None}


def said_by(call):
    try:
        return call()
    except Exception as error:  # so that one case tells nothing of the others
        return repr(error)


def completed(url):
    text = client(url).completions.create(model="any", prompt=f"{PROMPT}\nQueue:", stream=True)
    return "".join(chunk.choices[0].text for chunk in text)


def main():
    urls = json.loads(sys.argv[1])
    plain = ask(urls["plain"])
    cases = {
        "models": lambda: [model.id for model in client(urls["plain"]).models.list()],
        "answer": lambda: plain.choices[0].message.content,
        "finish": lambda: plain.choices[0].finish_reason,
        "total": lambda: plain.usage.total_tokens,
        "stream": lambda: streamed(urls["plain"], stream_options={"include_usage": True}),
        "stream_bare": lambda: streamed(urls["plain"]),
        "stream_paced": lambda: streamed(urls["paced"]),
        "completion_stream": lambda: completed(urls["plain"]),
        "400": lambda: failure(lambda: client(urls["plain"]).chat.completions.create(
            model="any", messages=[{"role": "user", "content": "Message: a stranger"}])),
        "401": lambda: failure(lambda: ask(urls["key"])),
        "404": lambda: failure(lambda: client(urls["plain"]).models.retrieve("none")),
        "stream_401": lambda: failure(lambda: streamed(urls["key"])),
    }
    for case in ("429", "never", "500", "503", "reset", "busy", "bare"):
        cases[case] = lambda case=case: failure(lambda: ask(urls[case]))
    json.dump({case: said_by(call) for case, call in cases.items()}, sys.stdout)


main()
