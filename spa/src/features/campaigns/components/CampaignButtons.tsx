import { Button } from "@mantine/core";
import { Link } from "react-router";

import type { CampaignListItem } from "../api/types";
import { useCampaignActions, type Action, type ActionName } from "./useCampaignActions";

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
      {actions.map((action) => (
        <ActionButton key={action.name} action={action} />
      ))}
      {dialogs}
    </>
  );
}

function ActionButton({ action }: { action: Action }) {
  const look = {
    variant: LEADING.has(action.name) ? "filled" : "default",
    ...(LOSING.has(action.name) && { c: "var(--ph-danger)" }),
  };
  if ("to" in action) {
    return (
      <Button component={Link} to={action.to} {...look}>
        {action.label}
      </Button>
    );
  }
  return (
    <Button loading={action.busy} onClick={action.run} {...look}>
      {action.label}
    </Button>
  );
}
