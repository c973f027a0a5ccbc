"""How cases are declared."""

INSTALLERS = ("pip", "uv")


class Cases(dict):
    """Cases by name; a function becomes one with `@cases.of("pip", "uv")`, named after it."""

    def of(self, *kinds, environment=True):
        def add(function):
            def case(desk):
                if environment:
                    desk.make_environment()
                return function(desk)

            case.kinds = kinds
            self[function.__name__.strip("_").replace("_", "-")] = case
            return function

        return add
