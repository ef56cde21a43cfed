#= str abc
trace = 'a'
try:
    try:
        [][0]
    finally:
        trace += 'b'
except IndexError:
    trace += 'c'
ans = trace
