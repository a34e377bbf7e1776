import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { useRef, type RefObject } from "react";
import { Link } from "react-router";

import { useTranslation } from "../../../lib/i18n";
import type { CampaignListItem } from "../api/types";
import { useCampaignActions, type Action } from "./useCampaignActions";

function isAtHand(action: Action): action is Exclude<Action, { name: "edit" }> {
  return action.name === "start" || action.name === "stop";
}

/** Starting and stopping at hand, the rest in a menu. */
export function CampaignRowActions({ campaign }: { campaign: CampaignListItem }) {
  const { t } = useTranslation("campaigns");
  const { actions, dialogs } = useCampaignActions(campaign);
  const opener = useRef<HTMLButtonElement>(null);
  if (actions.length === 0) return null;
  const others = actions.filter((action) => !isAtHand(action));
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {actions.map(
        (action) =>
          isAtHand(action) && (
            <Button
              key={action.name}
              size="compact-sm"
              variant="default"
              loading={action.busy}
              onClick={action.run}
            >
              {action.label}
            </Button>
          ),
      )}
      <Menu position="bottom-end" returnFocus transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <ActionIcon
            ref={opener}
            variant="subtle"
            color="gray"
            aria-label={t("list.actionsFor", { name: campaign.name })}
          >
            <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
              <circle cx="3" cy="8" r="1.5" />
              <circle cx="8" cy="8" r="1.5" />
              <circle cx="13" cy="8" r="1.5" />
            </svg>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((action) => (
            <ActionItem key={action.name} action={action} opener={opener} />
          ))}
        </Menu.Dropdown>
      </Menu>
      {dialogs}
    </Group>
  );
}

interface ActionItemProps {
  action: Action;
  opener: RefObject<HTMLButtonElement | null>;
}

function ActionItem({ action, opener }: ActionItemProps) {
  if (action.name === "edit") {
    return (
      <Menu.Item component={Link} to={action.to}>
        {action.label}
      </Menu.Item>
    );
  }
  return (
    <Menu.Item
      {...(action.name === "delete" && { color: "red" })}
      onClick={() => {
        // A dialog gives the focus back to where it was; this item will be gone then.
        opener.current?.focus();
        action.run();
      }}
    >
      {action.label}
    </Menu.Item>
  );
}
