#!/usr/bin/env bash
# The start script of a local pod. It behaves, and above all logs, like the one in the provider's official images, so
# that what reads the log (host keys) and what waits for files (/etc/rp_environment comes late) is rehearsed.
# Left out: nginx and Jupyter themselves, and RSA and DSA host keys: 3072 bits cost 0.7 s of a core at each boot, and
# OpenSSH 10 has no DSA any more.
set -e

start_nginx() {
    echo "Starting Nginx service..."
}

execute_script() {
    local script=$1 message=$2
    if [[ -f $script ]]; then
        echo "$message"
        bash "$script"
    fi
}

make_host_key() {
    local type=$1 name=$2
    local file=/etc/ssh/ssh_host_${type}_key
    if [[ ! -f $file ]]; then
        ssh-keygen -t "$type" -f "$file" -q -N ''
        if [[ $host_keys != silent ]]; then
            echo "$name key fingerprint:"
            ssh-keygen -lf "$(shown_key "$file")"
        fi
    fi
}

# The public key whose fingerprint the log shows: another one than sshd uses when that fault is on.
shown_key() {
    local file=$1
    if [[ $host_keys == mismatch ]]; then
        local other=/run/local-cloud/${file##*/}
        mkdir -p /run/local-cloud
        if [[ ! -f $other ]]; then
            local type=${file##*ssh_host_}
            ssh-keygen -t "${type%_key}" -f "$other" -q -N ''
        fi
        echo "$other.pub"
    else
        echo "$file.pub"
    fi
}

setup_ssh() {
    if [[ -z ${PUBLIC_KEY:-} ]]; then
        return
    fi
    echo "Setting up SSH..."
    mkdir -p ~/.ssh
    printf '%s\n' "$PUBLIC_KEY" >>~/.ssh/authorized_keys
    chmod 700 -R ~/.ssh

    local host_keys=right
    if [[ -f /etc/local-cloud/host_keys ]]; then
        host_keys=$(</etc/local-cloud/host_keys)
    fi
    make_host_key ecdsa ECDSA
    make_host_key ed25519 ED25519

    echo " * Starting OpenBSD Secure Shell server sshd"
    "$(command -v sshd)" -E /var/log/sshd.log

    if [[ $host_keys != silent ]]; then
        echo "SSH host keys:"
        local key
        for key in /etc/ssh/ssh_host_*_key; do
            echo "Key: $key.pub"
            ssh-keygen -lf "$(shown_key "$key")"
        done
    fi
}

export_env_vars() {
    echo "Exporting environment variables..."
    # No escaping, on purpose: values with quotes or dollar signs break, as they do with the real script.
    printenv | grep -E '^[A-Z_][A-Z0-9_]*=' | grep -v '^PUBLIC_KEY' |
        awk -F = '{ value = substr($0, index($0, "=") + 1); print "export " $1 "=\"" value "\"" }' >/etc/rp_environment
    if ! grep -qs 'source /etc/rp_environment' ~/.bashrc; then
        echo 'source /etc/rp_environment' >>~/.bashrc
    fi
}

main() {
    start_nginx
    execute_script /pre_start.sh "Running pre-start script..."
    echo "Pod Started"
    setup_ssh
    export_env_vars
    echo "Start script(s) finished, Pod is ready to use."
    execute_script /post_start.sh "Running post-start script..."
    sleep infinity
}

main "$@"
