/* SPDX-License-Identifier: Apache-2.0 */
import { Link } from "../parts/link";
import { PageHead } from "../parts/message";
import { t } from "../texts";

export function NotFoundPage() {
    return (
        <>
            <PageHead title={t.errors.notFound} lead={t.errors.notFoundLead} />
            <p>
                <Link to="/">{t.errors.toHome}</Link>
            </p>
        </>
    );
}
