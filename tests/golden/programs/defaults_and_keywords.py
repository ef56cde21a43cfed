#= float 57.5
def pay(hours, rate=10, *, bonus=0.0):
    return hours * rate + bonus
ans = pay(5, bonus=7.5)
