#= int 2432902008176640000
def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)
ans = fact(20)
