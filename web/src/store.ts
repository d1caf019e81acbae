/* SPDX-License-Identifier: Apache-2.0 */
/* Values that several parts of the page look at, and those who are told when they change. */
import { useEffect, useState } from "preact/hooks";

export type Store<T> = {
    get(): T;
    set(value: T): void;
    listen(listener: () => void): () => void;
};

export function createStore<T>(initial: T): Store<T> {
    const listeners = new Set<() => void>();
    let value = initial;
    return {
        get: () => value,
        set(next) {
            value = next;
            for (const listener of [...listeners]) listener();
        },
        listen(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
}

export function useStore<T>(store: Store<T>): T {
    const [value, setValue] = useState(() => store.get());
    useEffect(() => {
        const update = () => setValue(() => store.get());
        update(); /* it may have changed between drawing and listening */
        return store.listen(update);
    }, [store]);
    return value;
}
