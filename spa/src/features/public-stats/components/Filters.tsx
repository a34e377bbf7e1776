import { useEffect, useRef, useState } from "react";

import { useTranslation } from "../../../lib/i18n";
import type { PublicCampaign } from "../api/public-campaigns";
import classes from "./Filters.module.css";

export const STATUSES = [
  "running",
  "scheduled",
  "stopped",
  "finished",
  "cancelled",
  "draft",
] as const satisfies PublicCampaign["status"][];

const SEARCH_AFTER_MS = 250;

interface Props {
  search: string;
  status: PublicCampaign["status"] | null;
  onSearch: (search: string) => void;
  onStatus: (status: PublicCampaign["status"] | null) => void;
}

export function Filters({ search, status, onSearch, onStatus }: Props) {
  const { t } = useTranslation("public-stats");
  const [text, setText] = useState(search);
  const [shown, setShown] = useState(search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (shown !== search) {
    setShown(search);
    // Emptied from outside ("Show all"). Otherwise the field is ahead of the URL.
    if (search === "") setText("");
  }

  function searchLater(next: string) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next), SEARCH_AFTER_MS);
  }

  return (
    <div className={classes.filters} role="search">
      <input
        type="search"
        aria-label={t("search")}
        placeholder={t("search")}
        value={text}
        className={classes.search}
        onChange={(event) => searchLater(event.currentTarget.value)}
      />
      <div className={classes.statuses} role="group" aria-label={t("filter")}>
        {[null, ...STATUSES].map((choice) => (
          <button
            key={choice ?? "all"}
            type="button"
            className={classes.status}
            aria-pressed={choice === status}
            onClick={() => onStatus(choice)}
          >
            {choice === null ? t("all") : t(`common:status.${choice}`)}
          </button>
        ))}
      </div>
    </div>
  );
}
