#= float 2.5
def solver():
    # distance over speed
    distance = 150
    speed = 60
    hours = distance / speed
    return hours
