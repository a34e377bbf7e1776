import { Fragment, type ReactNode } from "react";

import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useMay } from "../../../lib/permissions";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import type { Campaign } from "../api/types";
import classes from "./CampaignDetails.module.css";
import { publicChoiceOf } from "./form-values";
import { Panel } from "./Panel";
import { RateLimit } from "./RateLimit";

const TIMES = ["created", "scheduled", "started", "stopped", "finished", "cancelled"] as const;

export function CampaignDetails({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { formatDate } = useFormat();
  const mayUpdate = useMay("campaigns.update");
  const { from_name: fromName, from_email: fromEmail } = campaign;
  const times = TIMES.flatMap((name) => {
    const at = campaign[`${name}_at`];
    return at === null ? [] : [{ name, at }];
  });
  const facts: [string, ReactNode][] = [
    ["subject", campaign.subject],
    ["from", fromName === "" ? fromEmail : `${fromName} <${fromEmail}>`],
    ["lists", <ListNames key="lists" ids={campaign.lists} />],
    ["transport", t(`transport.${campaign.transport}`)],
    [
      "rateLimit",
      <RateLimit
        key="rateLimit"
        campaign={campaign}
        canChange={mayUpdate && campaign.editable_fields.includes("rate_limit")}
      />,
    ],
    ["isPublic", t(`form.isPublicChoice.${publicChoiceOf(campaign.is_public)}`)],
    ...times.map(({ name, at }): [string, ReactNode] => [
      name,
      <time key={name} dateTime={at}>
        {formatDate(at)}
      </time>,
    ]),
  ];
  return (
    <Panel title={t("page.details")}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{t(`page.${name}`)}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Panel>
  );
}

function ListNames({ ids }: { ids: number[] }) {
  const { t } = useTranslation("campaigns");
  const { data: lists } = useAllMailingLists();
  if (ids.length === 0) return t("page.noLists");
  const names = new Map(lists?.map(({ id, name }) => [id, name]));
  return ids.map((id) => names.get(id) ?? t("form.missingList", { id })).join(", ");
}
