import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useSession } from "../../../lib/session";
import { useDeleteCampaign } from "../api/delete-campaign";
import { useDuplicateCampaign } from "../api/duplicate-campaign";
import { useMoveCampaign } from "../api/move-campaign";
import type { Campaign, CampaignListItem, Move } from "../api/types";
import { CancelDialog } from "./CancelDialog";
import { DeleteDialog } from "./DeleteDialog";
import { RetryDialog } from "./RetryDialog";
import { ScheduleDialog } from "./ScheduleDialog";
import { useMoveProblemText } from "./useMoveProblemText";

export type ActionName = Move | "duplicate" | "edit" | "delete";

interface Deed {
  name: Exclude<ActionName, "edit">;
  label: string;
  run: () => void;
  busy: boolean;
}

/** To edit is to go to another page. */
interface Way {
  name: "edit";
  label: string;
  to: string;
}

export type Action = Deed | Way;

interface CampaignActions {
  /** What this user may do with the campaign now; nothing for a viewer. */
  actions: Action[];
  /** To be rendered once, beside the buttons. */
  dialogs: ReactNode;
}

const ORDER: readonly Move[] = ["start", "stop", "schedule", "unschedule", "retry", "cancel"];

type DialogName = "cancel" | "schedule" | "retry" | "delete";

function say(message: string) {
  notifications.show({ message, color: "green" });
}

export function useCampaignActions(
  campaign: CampaignListItem,
  onDeleted?: () => void,
): CampaignActions {
  const { t } = useTranslation("campaigns");
  const { user } = useSession();
  const navigate = useNavigate();
  const moveProblemText = useMoveProblemText();
  const move = useMoveCampaign(campaign.id);
  const duplicate = useDuplicateCampaign();
  const remove = useDeleteCampaign();
  const [dialog, setDialog] = useState<DialogName | null>(null);

  // A refusal stays until it was read; what was done need not.
  const complain = (error: Error) =>
    notifications.show({ message: moveProblemText(error), color: "red", autoClose: false });
  const close = () => setDialog(null);
  const tellDone =
    (name: Move) =>
    ({ name: campaignName }: Campaign) => {
      close();
      say(t(`moves.done.${name}`, { name: campaignName }));
    };

  function open(name: DialogName) {
    move.reset();
    remove.reset();
    setDialog(name);
  }

  function runMove(name: "start" | "stop" | "unschedule") {
    move.mutate({ move: name }, { onSuccess: tellDone(name), onError: complain });
  }

  function runDuplicate() {
    duplicate.mutate(campaign.id, {
      onError: complain,
      onSuccess: (copy) => {
        say(t("moves.duplicated", { name: copy.name }));
        void navigate(`/manage/campaigns/${copy.id}/edit`);
      },
    });
  }

  function runDelete() {
    remove.mutate(campaign.id, {
      onSuccess: () => {
        close();
        say(t("moves.deleted", { name: campaign.name }));
        onDeleted?.();
      },
    });
  }

  function runOf(name: Exclude<ActionName, "edit">): () => void {
    if (name === "start" || name === "stop" || name === "unschedule") return () => runMove(name);
    if (name === "duplicate") return runDuplicate;
    return () => open(name);
  }

  const mayWrite = user?.may.includes("campaigns.write") ?? false;
  const mayStart = user?.may.includes("campaigns.start") ?? false;
  // What is no draft any more is changed by those alone who may start it.
  const mayChange = mayStart || (mayWrite && campaign.status === "draft");
  const names: ActionName[] = [
    ...ORDER.filter((name) => mayStart && campaign.allowed_moves.includes(name)),
    ...(mayChange ? (["edit"] as const) : []),
    ...(mayWrite ? (["duplicate"] as const) : []),
    ...(mayChange && campaign.status !== "running" ? (["delete"] as const) : []),
  ];

  function actionOf(name: ActionName): Action {
    const label = t(`moves.${name}`);
    if (name === "edit") {
      return { name, label, to: `/manage/campaigns/${campaign.id}/edit` };
    }
    const isMoving = dialog === null && move.isPending && move.variables.move === name;
    const busy = name === "duplicate" ? duplicate.isPending : isMoving;
    return { name, label, run: runOf(name), busy };
  }

  const dialogs = (
    <>
      <CancelDialog
        campaign={campaign}
        opened={dialog === "cancel"}
        busy={move.isPending}
        error={move.error ? moveProblemText(move.error) : undefined}
        onConfirm={() => move.mutate({ move: "cancel" }, { onSuccess: tellDone("cancel") })}
        onClose={close}
      />
      <DeleteDialog
        campaign={campaign}
        opened={dialog === "delete"}
        busy={remove.isPending}
        error={remove.error ? moveProblemText(remove.error) : undefined}
        onConfirm={runDelete}
        onClose={close}
      />
      <ScheduleDialog
        campaign={campaign}
        opened={dialog === "schedule"}
        onScheduled={tellDone("schedule")}
        onClose={close}
      />
      <RetryDialog
        campaign={campaign}
        opened={dialog === "retry"}
        onRetried={tellDone("retry")}
        onClose={close}
      />
    </>
  );
  return { actions: names.map(actionOf), dialogs };
}
