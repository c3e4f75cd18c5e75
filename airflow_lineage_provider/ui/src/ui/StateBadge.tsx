import { Badge } from "@chakra-ui/react";

import { t } from "../i18n/t";
import { paletteOf } from "./statePalette";

type Props = { readonly state: string | null | undefined };

/** A state of a run, in Airflow's colour for it. */
export const StateBadge = ({ state }: Props) => (
  <Badge colorPalette={paletteOf(state)} variant="solid">
    {state ? state.replaceAll("_", " ") : t("app.unknownState")}
  </Badge>
);
