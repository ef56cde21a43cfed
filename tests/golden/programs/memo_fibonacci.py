#= int 12586269025
memo = {}
def fib(n):
    if n in memo:
        return memo[n]
    value = n if n < 2 else fib(n - 1) + fib(n - 2)
    memo[n] = value
    return value
ans = fib(50)
