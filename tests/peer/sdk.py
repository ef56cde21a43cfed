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


def main():
    urls = json.loads(sys.argv[1])
    plain = ask(urls["plain"])
    text = client(urls["plain"]).completions.create(
        model="any", prompt=f"{PROMPT}\nQueue:", stream=True)
    told = {
        "models": [model.id for model in client(urls["plain"]).models.list()],
        "answer": plain.choices[0].message.content,
        "finish": plain.choices[0].finish_reason,
        "total": plain.usage.total_tokens,
        "stream": streamed(urls["plain"], stream_options={"include_usage": True}),
        "stream_bare": streamed(urls["plain"]),
        "stream_paced": streamed(urls["paced"]),
        "completion_stream": "".join(chunk.choices[0].text for chunk in text),
        "400": failure(lambda: client(urls["plain"]).chat.completions.create(
            model="any", messages=[{"role": "user", "content": "Message: a stranger"}])),
        "401": failure(lambda: ask(urls["key"])),
        "404": failure(lambda: client(urls["plain"]).models.retrieve("none")),
        "stream_401": failure(lambda: streamed(urls["key"])),
    }
    for case in ("429", "never", "500", "503", "reset", "busy", "bare"):
        told[case] = failure(lambda: ask(urls[case]))
    json.dump(told, sys.stdout)


main()
