import { Button } from "@mantine/core";

import type { CampaignListItem } from "../api/types";
import { useCampaignActions, type ActionName } from "./useCampaignActions";

interface Props {
  campaign: CampaignListItem;
  onDeleted: () => void;
}

/** One of them is what one most likely came for. */
const LEADING: ReadonlySet<ActionName> = new Set<ActionName>(["start", "stop"]);
const LOSING: ReadonlySet<ActionName> = new Set<ActionName>(["cancel", "delete"]);

export function CampaignButtons({ campaign, onDeleted }: Props) {
  const { actions, dialogs } = useCampaignActions(campaign, onDeleted);
  return (
    <>
      {actions.map(({ name, label, run, busy }) => (
        <Button
          key={name}
          variant={LEADING.has(name) ? "filled" : "default"}
          {...(LOSING.has(name) && { c: "var(--ph-danger)" })}
          loading={busy}
          onClick={run}
        >
          {label}
        </Button>
      ))}
      {dialogs}
    </>
  );
}
