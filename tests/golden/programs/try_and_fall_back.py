#= int 0
def share(cake, guests):
    try:
        return cake // guests
    except ZeroDivisionError:
        return 0
ans = share(12, 0)
