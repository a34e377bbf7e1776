"""The import contract that import-linter does not bring along: modules that stay pure."""

from __future__ import annotations

from typing import Any

from importlinter import Contract, ContractCheck, fields, output


class PureContract(Contract):
    """`modules` import nothing of the packages in `forbidden`, their own included."""

    modules: Any = fields.ListField(subfield=fields.StringField())
    forbidden: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        broken = {
            module: sorted(
                imported
                for imported in graph.find_modules_directly_imported_by(module)
                if imported.partition(".")[0] in self.forbidden
            )
            for module in self.modules
        }
        broken = {module: imported for module, imported in broken.items() if imported}
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for module, imported in check.metadata["broken"].items():
            output.print_error(f"{module} must stay pure but imports {', '.join(imported)}")
