"""A service day for other solvers: `peers.py SOLVER DAY.json SECONDS` prints a list of job numbers
for every technician. One core each, so many seconds."""

import json
import sys


def vroom_(day, seconds):
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
    time = routing.GetDimensionOrDie("time")
    for at, job in enumerate(jobs):
        index = manager.NodeToIndex(at)
        time.CumulVar(index).SetRange(*job["window"])
        fit = [v for v, it in enumerate(people) if job["skill"] in it["skills"]]
        routing.VehicleVar(index).SetValues([-1] + fit)
        routing.AddDisjunction([index], int(job["value"] * 1000))
    solver = routing.solver()
    visit = [service[manager.IndexToNode(i)] if i < routing.Size() else 0 for i in range(routing.Size())]
    for v, it in enumerate(people):
        time.CumulVar(routing.Start(v)).SetRange(*it["shift"])
        time.CumulVar(routing.End(v)).SetRange(*it["shift"])
        length, earliest, latest = it["lunch"]
        lunch = solver.FixedDurationIntervalVar(earliest, latest, length, False, f"lunch{v}")
        time.SetBreakIntervalsOfVehicle([lunch], v, visit)
    wish = pywrapcp.DefaultRoutingSearchParameters()
    wish.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    wish.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    wish.time_limit.FromMilliseconds(int(seconds * 1000))
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


if __name__ == "__main__":
    solver, file, seconds = sys.argv[1:]
    with open(file) as read:
        read = json.load(read)
    print(json.dumps({"vroom": vroom_, "ortools": ortools_, "pyvrp": pyvrp_}[solver](read, float(seconds))))
