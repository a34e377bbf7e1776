import { Pagination } from "@mantine/core";

import { useTranslation } from "../lib/i18n";
import classes from "./PageControl.module.css";

const PAGE_SIZE = 25;

interface Props {
  /** Names the navigation: "Pages of campaigns". */
  label: string;
  /** How many there are, in words. */
  summary: string;
  count: number;
  page: number;
  onChange: (page: number) => void;
}

export function PageControl({ label, summary, count, page, onChange }: Props) {
  const { t } = useTranslation();
  const pages = Math.ceil(count / PAGE_SIZE);
  return (
    <div className={classes.row}>
      <p className={classes.summary}>{summary}</p>
      {pages > 1 && (
        <nav aria-label={label}>
          <Pagination
            total={pages}
            value={Math.min(page, pages)}
            onChange={onChange}
            siblings={1}
            size="sm"
            getItemProps={(item) => ({ "aria-label": t("table.page", { page: item }) })}
            getControlProps={(control) => ({
              "aria-label": t(control === "next" ? "table.nextPage" : "table.previousPage"),
            })}
          />
        </nav>
      )}
    </div>
  );
}
