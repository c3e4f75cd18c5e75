import type { ComponentType } from "react";

import { useParams } from "../../ui/useParams";
import { GovernanceShell } from "../GovernanceShell";
import { FindingsPage } from "./FindingsPage";
import { GrantsPage } from "./GrantsPage";
import { WaiversPage } from "./WaiversPage";

const SECTIONS: Readonly<Record<string, ComponentType>> = { waivers: WaiversPage, grants: GrantsPage };

/** What is wrong, and what is let pass. */
const FindingsView = () => {
  const section = useParams().get("section");
  const Page = Object.hasOwn(SECTIONS, section) ? SECTIONS[section] : undefined;
  return (
    <GovernanceShell section={Page ? section : ""} view="findings">
      {Page ? <Page /> : <FindingsPage />}
    </GovernanceShell>
  );
};

export default FindingsView;
