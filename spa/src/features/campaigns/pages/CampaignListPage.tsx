import { Button } from "@mantine/core";
import { Link } from "react-router";

import { ChoiceFilter } from "../../../components/ChoiceFilter";
import { ListPage } from "../../../components/ListPage";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useMay } from "../../../lib/permissions";
import { useCampaignList } from "../api/list-campaigns";
import { CAMPAIGN_STATUSES } from "../api/types";
import { CampaignRowActions } from "../components/CampaignRowActions";
import { useCampaignColumns } from "../components/campaign-columns";
import "../locales/index";

export default function CampaignListPage() {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const params = useListParams({ ordering: "-created_at", filters: ["status"] });
  const wanted = params.valuesOf("status");
  const status = CAMPAIGN_STATUSES.filter((known) => wanted.includes(known));
  const mayUpdate = useMay("campaigns.update");
  const mayCreate = useMay("campaigns.create");
  return (
    <ListPage
      texts="campaigns:list"
      params={params}
      query={useCampaignList({ ...params, status })}
      columns={useCampaignColumns()}
      rowKey={({ id }) => id}
      renderRowActions={
        mayUpdate ? (campaign) => <CampaignRowActions campaign={campaign} /> : undefined
      }
      filters={
        <ChoiceFilter
          label={t("list.statusFilter")}
          anyLabel={t("list.statusAny")}
          choices={CAMPAIGN_STATUSES}
          labelOf={(choice) => common(`status.${choice}`)}
          value={status}
          onChange={(next) => params.change({ status: next })}
        />
      }
      newButton={
        mayCreate && (
          <Button component={Link} to="/manage/campaigns/new">
            {t("list.new")}
          </Button>
        )
      }
    />
  );
}
