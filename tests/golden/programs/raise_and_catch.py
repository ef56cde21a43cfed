#= str too few: 2
def need(n):
    if n < 3:
        raise ValueError(f'too few: {n}')
    return n
try:
    need(2)
except ValueError as error:
    ans = str(error)
