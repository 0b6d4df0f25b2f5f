"""A service day for other solvers: `peers.py SOLVER DAY.json SECONDS` prints a list of job numbers
for every technician. `peers.py known FILE.txt SECONDS` prints the shortest distance that PyVRP finds
for an instance in Solomon's form, in whole tenths. One core each, seconds of that core; VROOM knows no
time and stops by itself."""

import json
import sys
import time


class Core:
    """So many seconds of the core."""

    def __init__(self, seconds):
        self.until = time.process_time() + seconds

    def __call__(self, _best=None):
        return time.process_time() > self.until


def vroom_(day, seconds):
    if any(job["soft"] for job in day["jobs"]):
        sys.exit("cannot express soft windows")
    import vroom

    problem = vroom.Input()
    import numpy

    problem.set_durations_matrix("car", numpy.array(day["matrix"], dtype=numpy.uint32))
    skills = {name: at for at, name in enumerate(sorted({job["skill"] for job in day["jobs"]}))}
    for at, it in enumerate(day["technicians"]):
        length, earliest, latest = it["lunch"]
        problem.add_vehicle(
            vroom.Vehicle(
                at,
                start=it["place"],
                end=it["place"],
                time_window=vroom.TimeWindow(*it["shift"]),
                skills={skills[name] for name in it["skills"]},
                breaks=[vroom.Break(1, time_windows=[vroom.TimeWindow(earliest, latest)], service=length)],
            )
        )
    for at, it in enumerate(day["jobs"]):
        problem.add_job(
            vroom.Job(
                at,
                location=it["place"],
                default_service=it["seconds"],
                skills={skills[it["skill"]]},
                priority=int(it["value"]),
                time_windows=[vroom.TimeWindow(*it["window"])],
            )
        )
    solution = problem.solve(exploration_level=5, nb_threads=1)
    routes = [[] for _ in day["technicians"]]
    for row in solution.routes.itertuples():
        if row.type == "job":
            routes[int(row.vehicle_id)].append(int(row.id))
    return routes


# A lost job of value 1 outweighs 28 hours of travel; a minute late outweighs ten of travel.
VALUE = 100_000
LATE = 10


def ortools_(day, seconds):
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    jobs, people = day["jobs"], day["technicians"]
    nodes = [job["place"] for job in jobs] + [it["place"] for it in people]
    homes = [len(jobs) + at for at in range(len(people))]
    manager = pywrapcp.RoutingIndexManager(len(nodes), len(people), homes, homes)
    routing = pywrapcp.RoutingModel(manager)
    matrix = day["matrix"]
    service = [job["seconds"] for job in jobs] + [0] * len(people)
    rows = [[matrix[a][b] for b in nodes] for a in nodes]
    timed = [[service[a] + way for way in row] for a, row in enumerate(rows)]
    cost = routing.RegisterTransitMatrix(rows)
    transit = routing.RegisterTransitMatrix(timed)
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    routing.AddDimension(transit, 86400, 86400, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for at, job in enumerate(jobs):
        index = manager.NodeToIndex(at)
        opens, closes = job["window"]
        if job["soft"]:
            clock.CumulVar(index).SetMin(opens)
            clock.SetCumulVarSoftUpperBound(index, closes, job["urgency"] * LATE)
        else:
            clock.CumulVar(index).SetRange(opens, closes)
        fit = [v for v, it in enumerate(people) if job["skill"] in it["skills"]]
        routing.VehicleVar(index).SetValues([-1] + fit)
        routing.AddDisjunction([index], int(job["value"] * VALUE))
    solver = routing.solver()
    visit = [service[manager.IndexToNode(i)] if i < routing.Size() else 0 for i in range(routing.Size())]
    for v, it in enumerate(people):
        clock.CumulVar(routing.Start(v)).SetRange(*it["shift"])
        clock.CumulVar(routing.End(v)).SetRange(*it["shift"])
        length, earliest, latest = it["lunch"]
        lunch = solver.FixedDurationIntervalVar(earliest, latest, length, False, f"lunch{v}")
        clock.SetBreakIntervalsOfVehicle([lunch], v, visit)
    wish = pywrapcp.DefaultRoutingSearchParameters()
    wish.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    wish.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    core = Core(seconds)
    routing.AddSearchMonitor(solver.CustomLimit(core))
    solution = routing.SolveWithParameters(wish)
    if solution is None:
        sys.exit("no solution")
    routes = []
    for v in range(len(people)):
        route, index = [], solution.Value(routing.NextVar(routing.Start(v)))
        while not routing.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = solution.Value(routing.NextVar(index))
        routes.append(route)
    return routes


def pyvrp_(day, seconds):
    sys.exit("cannot express lunch")


def vrplib_form(file):
    """Solomon's form in that of VRPLIB, which PyVRP reads."""
    with open(file) as read:
        rows = [line.split() for line in read]
    vehicles, capacity = next(row for row in rows if len(row) == 2 and row[0].isdigit())
    places = [row for row in rows if len(row) == 7 and row[0].isdigit()]
    lines = ["NAME : made", "TYPE : VRPTW", f"DIMENSION : {len(places)}", f"VEHICLES : {vehicles}"]
    lines += [f"CAPACITY : {capacity}", "EDGE_WEIGHT_TYPE : EUC_2D"]
    columns = {"NODE_COORD": (1, 2), "DEMAND": (3,), "TIME_WINDOW": (4, 5), "SERVICE_TIME": (6,)}
    for name, chosen in columns.items():
        lines.append(f"{name}_SECTION")
        lines += [" ".join([str(at + 1)] + [row[it] for it in chosen]) for at, row in enumerate(places)]
    return "\n".join(lines + ["DEPOT_SECTION", "1", "-1", "EOF", ""])


def known(file, seconds):
    import pathlib
    import tempfile

    import pyvrp

    with tempfile.TemporaryDirectory() as folder:
        form = pathlib.Path(folder) / "made.vrp"
        form.write_text(vrplib_form(file))
        data = pyvrp.read(form, round_func="dimacs")
    found = pyvrp.solve(data, stop=Core(seconds), seed=1, display=False)
    return found.cost() / 10


if __name__ == "__main__":
    solver, file, seconds = sys.argv[1:]
    if solver == "known":
        print(known(file, float(seconds)))
        sys.exit()
    with open(file) as read:
        read = json.load(read)
    print(json.dumps({"vroom": vroom_, "ortools": ortools_, "pyvrp": pyvrp_}[solver](read, float(seconds))))
