/** Whether a text is the URI of an asset rather than a part of a name. */
export const isUri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/./i.test(text.trim());

/** The last part of a URI: schemes and hosts have other names as datasets. */
export const searchOf = (uri: string): string => uri.trim().replace(/[?#].*$/, "").split("/").filter(Boolean).at(-1) ?? "";

type Named = { readonly namespace: string | null; readonly name: string };

/** The same hits, those first whose name is most of the end of the URI: all of it is the asset itself. */
export const bestFirst = <T extends Named>(hits: readonly T[], uri: string): T[] => {
  const plain = uri.trim().replace(/[?#].*$/, "");
  const fit = ({ namespace, name }: Named): number => {
    if (`${namespace}/${name}` === plain || name === plain) return 0;
    // Datasets of databases are told with dots, assets with slashes.
    const path = name.replaceAll(".", "/");
    return plain.endsWith(`/${name}`) || plain.endsWith(`/${path}`) ? 1 : 2;
  };
  return [...hits].sort((one, other) => fit(one) - fit(other));
};
