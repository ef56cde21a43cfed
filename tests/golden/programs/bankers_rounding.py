#= str 0 2 2 4 -2
ans = f"{round(0.5)} {round(1.5)} {round(2.5)} {round(3.5)} {round(-2.5)}"
