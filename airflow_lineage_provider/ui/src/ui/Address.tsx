import { Fragment } from "react";

/** A name that may be an address, which breaks at its sign and not within a word. */
export const Address = ({ text }: { readonly text: string }) =>
  text.split(/(?<=@)/).map((part, at) => (
    <Fragment key={at}>
      {at > 0 ? <wbr /> : null}
      {part}
    </Fragment>
  ));
