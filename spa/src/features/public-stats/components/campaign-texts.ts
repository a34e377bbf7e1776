import { useFormat, type Format } from "../../../lib/format";
import { useTranslation, type Translate } from "../../../lib/i18n";
import type { PublicCampaign } from "../api/public-campaigns";

/** The moment that matters in the campaign's present status. */
function momentOf(campaign: PublicCampaign): string | null {
  switch (campaign.status) {
    case "draft":
      return null;
    case "running":
      return campaign.started_at;
    default:
      return campaign[`${campaign.status}_at`];
  }
}

/** Beyond two minutes the seconds are noise: they change with every event. */
export function roughly(seconds: number): number {
  return seconds < 120 ? seconds : Math.round(seconds / 60) * 60;
}

function timesOf(campaign: PublicCampaign, t: Translate, format: Format): string[] {
  const moment = momentOf(campaign);
  const texts: string[] = [];
  if (campaign.status === "draft" || moment) {
    texts.push(t(`time.${campaign.status}`, { time: moment && format.formatDate(moment) }));
  }
  if (campaign.status !== "running") return texts;
  if (campaign.rate > 0) texts.push(t("rate", { rate: format.formatNumber(campaign.rate) }));
  if (campaign.eta_seconds !== null) {
    texts.push(t("eta", { time: format.formatDuration(roughly(campaign.eta_seconds)) }));
  }
  return texts;
}

export interface Missing {
  kind: "failed" | "unknown" | "skipped" | "left";
  text: string;
}

/** Why 100 % is missing: what was neither sent nor is on its way. */
function missingOf(campaign: PublicCampaign, t: Translate, format: Format): Missing[] {
  const { total, sent, failed, unknown, skipped, status } = campaign;
  // What a running campaign has left, its bar shows.
  const left = status === "running" ? 0 : total - sent - failed - unknown - skipped;
  return Object.entries({ failed, unknown, skipped, left })
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({
      kind: kind as Missing["kind"],
      text: t(`missing.${kind}`, { number: format.formatNumber(count) }),
    }));
}

/** What is told of a campaign beside its numbers, in the reader's language. */
export function useCampaignTexts(campaign: PublicCampaign) {
  const { t } = useTranslation("public-stats");
  const format = useFormat();
  return { times: timesOf(campaign, t, format), missing: missingOf(campaign, t, format) };
}
