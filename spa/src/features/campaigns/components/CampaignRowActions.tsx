import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { CampaignListItem } from "../api/types";
import { useCampaignActions, type ActionName } from "./useCampaignActions";

const AT_HAND: ReadonlySet<ActionName> = new Set<ActionName>(["start", "stop"]);

/** Starting and stopping at hand, the rest in a menu. */
export function CampaignRowActions({ campaign }: { campaign: CampaignListItem }) {
  const { t } = useTranslation("campaigns");
  const { actions, dialogs } = useCampaignActions(campaign);
  if (actions.length === 0) return null;
  const atHand = actions.filter(({ name }) => AT_HAND.has(name));
  const others = actions.filter(({ name }) => !AT_HAND.has(name));
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {atHand.map(({ name, label, run, busy }) => (
        <Button key={name} size="compact-sm" variant="default" loading={busy} onClick={run}>
          {label}
        </Button>
      ))}
      {/* The menu gives the focus back first, so that a dialog can give it back in turn. */}
      <Menu position="bottom-end" returnFocus transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("list.actionsFor", { name: campaign.name })}
          >
            <span aria-hidden="true">⋯</span>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map(({ name, label, run }) => (
            <Menu.Item key={name} onClick={run} {...(name === "delete" && { color: "red" })}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {dialogs}
    </Group>
  );
}
