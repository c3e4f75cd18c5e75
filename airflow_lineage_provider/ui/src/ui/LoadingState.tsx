import { Skeleton, Stack, VisuallyHidden } from "@chakra-ui/react";

import { t } from "../i18n/t";

type Props = { readonly rows?: number };

/** Grey lines where text will be. */
export const LoadingState = ({ rows = 4 }: Props) => (
  <Stack aria-busy="true" data-testid="loading" gap={3} p={4} role="status">
    <VisuallyHidden>{t("app.loading")}</VisuallyHidden>
    {Array.from({ length: rows }, (_, row) => (
      <Skeleton key={row} height={5} width={`${95 - ((row * 17) % 40)}%`} />
    ))}
  </Stack>
);
