import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";

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

interface Props {
  search: string;
  status: PublicCampaign["status"] | null;
  onSearch: (search: string) => void;
  onStatus: (status: PublicCampaign["status"] | null) => void;
}

export function Filters({ search, status, onSearch, onStatus }: Props) {
  const { t } = useTranslation(["public-stats", "common"]);
  const [text, setText] = useState(search);
  const [shown, setShown] = useState(search);
  if (shown !== search) {
    setShown(search);
    // Emptied from outside ("Show all"). Otherwise the field is ahead of the URL.
    if (search === "") setText("");
  }
  const searchLater = useDebouncedCallback(onSearch, 250);
  return (
    <div className={classes.filters} role="search">
      <TextInput
        type="search"
        aria-label={t("search")}
        placeholder={t("search")}
        value={text}
        className={classes.search}
        onChange={(event) => {
          setText(event.currentTarget.value);
          searchLater(event.currentTarget.value);
        }}
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
