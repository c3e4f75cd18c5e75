import { Button, type ButtonProps } from "@chakra-ui/react";

import { t } from "../i18n/t";

type Paged = {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
};
type Props = Omit<ButtonProps, "onClick"> & { readonly query: Paged };

/** The next page, as long as there is one. */
export const MoreButton = ({ query, children, ...props }: Props) =>
  query.hasNextPage ? (
    <Button
      alignSelf="flex-start"
      loading={query.isFetchingNextPage}
      mt={2}
      onClick={() => void query.fetchNextPage()}
      size="sm"
      variant="outline"
      {...props}
    >
      {children ?? t("app.more")}
    </Button>
  ) : null;
