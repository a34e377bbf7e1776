import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";

import { DeleteDialog } from "../../../components/DeleteDialog";
import { sayDone, sayProblem } from "../../../components/notify";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useMay } from "../../../lib/permissions";
import { useDeleteCampaign } from "../api/delete-campaign";
import { useDuplicateCampaign } from "../api/duplicate-campaign";
import { useMoveCampaign } from "../api/move-campaign";
import type { Campaign, CampaignListItem, Move } from "../api/types";
import { CancelDialog } from "./CancelDialog";
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

/** What may be done with it now, in the order in which it is offered. */
function useActionNames(campaign: CampaignListItem): ActionName[] {
  const mayMove: Record<Move, boolean> = {
    start: useMay("campaigns.start"),
    stop: useMay("campaigns.stop"),
    schedule: useMay("campaigns.schedule"),
    unschedule: useMay("campaigns.unschedule"),
    retry: useMay("campaigns.retry"),
    cancel: useMay("campaigns.cancel"),
  };
  // What is no draft any more is changed by those alone who may start it.
  const mayChange = mayMove.start || campaign.status === "draft";
  const mayEdit = useMay("campaigns.update") && mayChange;
  const mayDuplicate = useMay("campaigns.create");
  const mayDelete = useMay("campaigns.delete") && mayChange && campaign.status !== "running";
  return [
    ...ORDER.filter((name) => mayMove[name] && campaign.allowed_moves.includes(name)),
    ...(mayEdit ? (["edit"] as const) : []),
    ...(mayDuplicate ? (["duplicate"] as const) : []),
    ...(mayDelete ? (["delete"] as const) : []),
  ];
}

export function useCampaignActions(
  campaign: CampaignListItem,
  onDeleted?: () => void,
): CampaignActions {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const names = useActionNames(campaign);
  const navigate = useNavigate();
  const moveProblemText = useMoveProblemText();
  const move = useMoveCampaign(campaign.id);
  const duplicate = useDuplicateCampaign();
  const remove = useDeleteCampaign();
  const [dialog, setDialog] = useState<DialogName | null>(null);

  const complain = (error: Error) => sayProblem(moveProblemText(error));
  const close = () => setDialog(null);
  const tellDone =
    (name: Move) =>
    ({ name: campaignName }: Campaign) => {
      close();
      sayDone(t(`moves.done.${name}`, { name: campaignName }));
    };

  function open(name: DialogName) {
    move.reset();
    setDialog(name);
  }

  function runMove(name: "start" | "stop" | "unschedule") {
    move.mutate({ move: name }, { onSuccess: tellDone(name), onError: complain });
  }

  function runDuplicate() {
    duplicate.mutate(campaign.id, {
      onError: complain,
      onSuccess: (copy) => {
        sayDone(t("moves.duplicated", { name: copy.name }));
        void navigate(`/manage/campaigns/${copy.id}/edit`);
      },
    });
  }

  function runOf(name: Exclude<ActionName, "edit">): () => void {
    if (name === "start" || name === "stop" || name === "unschedule") return () => runMove(name);
    if (name === "duplicate") return runDuplicate;
    return () => open(name);
  }

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
        dialog={{ opened: dialog === "delete", target: campaign, close }}
        mutation={remove}
        title={({ name }) => t("delete.title", { name })}
        text={({ tally: { total } }) =>
          total === 0
            ? t("delete.draft")
            : t("delete.ledger", { count: total, formatted: formatNumber(total) })
        }
        done={({ name }) => t("moves.deleted", { name })}
        describe={moveProblemText}
        onDeleted={onDeleted}
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
