import { useCallback } from "react";

import { ApiProblem } from "../../../lib/api-client";
import { fieldProblemText, problemText, useTranslation } from "../../../lib/i18n";

/** Why a move was refused, and which ones the campaign allows instead. */
export function useMoveProblemText(): (error: Error) => string {
  const { t } = useTranslation("campaigns");
  return useCallback(
    (error: Error) => {
      if (!(error instanceof ApiProblem)) return problemText(error);
      if (error.errors.length > 0) return error.errors.map(fieldProblemText).join(" ");
      if (!error.allowedMoves) return problemText(error);
      const moves = error.allowedMoves.map((move) => t(`moves.${move}`)).join(", ");
      const allowed = moves === "" ? t("moves.noneAllowed") : t("moves.allowed", { moves });
      return `${problemText(error)} ${allowed}`;
    },
    [t],
  );
}
