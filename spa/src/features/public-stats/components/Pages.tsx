import { useTranslation } from "../../../lib/i18n";
import classes from "./Pages.module.css";

/** The first, the last, and those beside this one; null where some are left out. */
function around(page: number, last: number): (number | null)[] {
  const shown = [...new Set([1, page - 1, page, page + 1, last])]
    .filter((number) => number >= 1 && number <= last)
    .toSorted((one, other) => one - other);
  return shown.flatMap((number, index) =>
    index > 0 && number - (shown[index - 1] ?? 0) > 1 ? [null, number] : [number],
  );
}

interface Props {
  page: number;
  last: number;
  onPage: (page: number) => void;
}

export function Pages({ page, last, onPage }: Props) {
  const { t } = useTranslation("public-stats");
  return (
    <nav className={classes.pages} aria-label={t("pages.label")}>
      <button
        type="button"
        aria-label={t("pages.previous")}
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      >
        ‹
      </button>
      {around(page, last).map((number, index) =>
        number === null ? (
          <span key={`gap-${index === 1 ? "before" : "after"}`} aria-hidden="true">
            …
          </span>
        ) : (
          <button
            key={number}
            type="button"
            aria-label={t("pages.page", { page: number })}
            aria-current={number === page ? "page" : undefined}
            onClick={() => onPage(number)}
          >
            {number}
          </button>
        ),
      )}
      <button
        type="button"
        aria-label={t("pages.next")}
        disabled={page >= last}
        onClick={() => onPage(page + 1)}
      >
        ›
      </button>
    </nav>
  );
}
