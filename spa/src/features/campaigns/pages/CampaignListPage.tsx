import { PageHeader } from "../../../components/PageHeader";

export default function CampaignListPage() {
  return <PageHeader title="CampaignListPage" />;
}
