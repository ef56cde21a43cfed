#= error UnboundLocalError
x = 1
def solution():
    x += 1
    return x
